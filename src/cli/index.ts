#!/usr/bin/env node
import { keepYoungHeapSmall } from '../main/node/youngHeap.ts';

// Whoever reads our output may hang up, as `head` does: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

// Before the rest is loaded, which alone would make it grow.
keepYoungHeapSmall();
const { run } = await import('./program.ts');
await run(process.argv.slice(2));
