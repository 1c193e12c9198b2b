/**
 * A process that saves one secret for every line it reads, until it is killed: `saverProcess.ts <subject> <folder>`.
 * Says `opening`, `ready` (with what it found), then for each line `saved` or `failed` with the code of the error.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { systemCode } from '../../src/main/lib/appError.ts';
import { outliveFileSizeLimit } from '../../src/main/node/fileSizeLimit.ts';
import { type SubjectName, subjects } from './subjects.ts';

const [subject, folder] = process.argv.slice(2) as [SubjectName, string];
/** Written before anything else happens: what the parent has read was true. */
const say = (word: string, about = ''): void => void writeSync(1, `${word} ${about}\n`);

// Otherwise written at the exit, which never comes.
flushCompileCache();
outliveFileSizeLimit();
say('opening');
try {
  const keeper = await subjects[subject](folder);
  say('ready');
  for await (const secret of createInterface(process.stdin)) {
    try {
      await keeper.save(secret);
      say('saved', secret);
    } catch (error) {
      say('failed', systemCode(error) ?? 'unknown');
    }
  }
} catch (error) {
  say('unusable', systemCode(error) ?? String(error));
}
