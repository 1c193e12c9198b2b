#!/usr/bin/env node
import { run } from './program.ts';

// Whoever reads our output may hang up, as `head` does: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

await run(process.argv.slice(2));
