/**
 * One of many processes that write to the same home, in turns: `writerProcess.ts <home> <writer> <from> <until>`.
 * Says `waiting` before it asks for the home, `turn` when it has it, and `saved` with the id after each of its writes.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../src/main/lib/appError.ts';
import { ensurePrivateFolder } from '../../src/main/lib/privateFolder.ts';
import { acquireHomeLock, type HomeLock } from '../../src/main/node/homeLock.ts';
import { put, unlockedVault } from '../helpers/testVault.ts';

const [home = '', writer = '', from, until] = process.argv.slice(2);
const WRITES_IN_A_TURN = 25;
const ASK_AGAIN_MS = 5;

/** The lock turns away who comes second; here that one asks again. */
const turn = async (): Promise<HomeLock> => {
  for (;;) {
    try {
      return await acquireHomeLock(home);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ALREADY_RUNNING') throw error;
      await setTimeout(ASK_AGAIN_MS);
    }
  }
};

flushCompileCache();
await ensurePrivateFolder(home);
for (let next = Number(from); next < Number(until); ) {
  writeSync(1, 'waiting\n');
  const lock = await turn();
  writeSync(1, 'turn\n');
  const vault = await unlockedVault(home);
  for (let left = WRITES_IN_A_TURN; left > 0 && next < Number(until); left -= 1, next += 1) {
    const id = `${writer}-${next}`;
    await vault.commit([put(id, `secret of ${id}`)]);
    writeSync(1, `saved ${id}\n`);
  }
  vault.lock();
  lock.release();
}
