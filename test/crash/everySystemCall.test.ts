import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { amountOf } from './amount.ts';
import { problemOf } from './judge.ts';
import { Saver } from './saver.ts';
import type { SubjectName } from './subjects.ts';
import { type CallPoint, noTracing, ThreadTrace, type TracedCall } from './threadTrace.ts';

const ROUNDS = amountOf(20);
/** So many that all earlier generations are there to be moved. */
const SAVES_BEFORE = 7;

const before = Array.from({ length: SAVES_BEFORE }, (_, index) => `before-${index}`);
const steady = async (subject: SubjectName, folder: string): Promise<Saver> => {
  const saver = await Saver.ready(subject, folder);
  for (const secret of before) await saver.save(secret);
  return saver;
};

/** The calls of one save on its folder, in their order. */
const callsOfSave = async (subject: SubjectName): Promise<readonly TracedCall[]> => {
  const folder = temporaryFolder();
  const saver = await steady(subject, folder);
  const trace = await ThreadTrace.attach(saver.pid);
  await saver.save('traced');
  const calls = await trace.detach();
  await saver.end();
  return calls.filter(({ line }) => line.includes(basename(folder)));
};

const killedAt = async (subject: SubjectName, point: CallPoint): Promise<string | null> => {
  const folder = temporaryFolder();
  const saver = await steady(subject, folder);
  await ThreadTrace.attach(saver.pid, { ...point, what: 'signal=KILL' });
  const said = await saver.save('killed');
  await saver.kill();
  const problem = await problemOf(subject, folder, said?.word === 'saved' ? [...before, 'killed'] : before);
  return problem && `${problem} (killed at ${point.call} ${point.number})`;
};

const reason = noTracing();

describe.skipIf(reason !== null)(`at every system call of a save${reason ? `: ${reason}` : ''}`, () => {
  it('there is something to hit, and the order is: write, sync, rename, sync the folder', async () => {
    const calls = await callsOfSave('vault');
    expect(calls.length).toBeGreaterThanOrEqual(20);
    const at = (pattern: RegExp): number => calls.findIndex(({ line }) => pattern.test(line));
    const order = [
      at(/^openat\(.*tmp-.*O_CREAT\|O_EXCL/),
      at(/^p?write(?:64)?\(/),
      at(/^fsync\(.*tmp-/),
      at(/^rename.*tmp-/),
      at(/^fsync\((?!.*tmp-)/),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(calls.filter(({ call }) => call === 'write').length).toBe(1);
  });

  it('a kill bites: a plain write loses everything', async () => {
    const problems: (string | null)[] = [];
    for (const point of await callsOfSave('plainWrite')) problems.push(await killedAt('plainWrite', point));
    expect(problems.join()).toContain('unreadable');
  });

  it(`a kill costs the vault nothing that it acknowledged, in ${ROUNDS} rounds`, {
    timeout: 3_600_000,
  }, async () => {
    const calls = await callsOfSave('vault');
    const problems: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      for (const point of calls) {
        const problem = await killedAt('vault', point);
        if (problem !== null) problems.push(problem);
      }
    expect(problems).toEqual([]);
    console.log(`killed at ${calls.length} calls, ${ROUNDS} times each`);
  });

  it.for(['ENOSPC', 'EIO', 'EINTR', 'EDQUOT', 'EROFS'])('%s costs the vault nothing', async (error) => {
    const calls = await callsOfSave('vault');
    const folder = temporaryFolder();
    let saver = await steady('vault', folder);
    const acknowledged = [...before];
    const problems: string[] = [];
    let refusals = 0;
    for (const { call, number } of calls) {
      const secret = `${call}-${number}`;
      const trace = await ThreadTrace.attach(saver.pid, { call, number, what: `error=${error}` });
      const said = await saver.save(secret);
      await trace.detach();
      if (said?.word === 'saved') acknowledged.push(secret);
      else refusals += 1;
      const problem = await problemOf('vault', folder, [...acknowledged, secret]);
      if (problem !== (said?.word === 'saved' ? null : `lost: ${secret}`))
        problems.push(`${problem ?? 'there, although it was refused'} (${error} at ${secret})`);
      // Some errors make Node give up as a whole: the next process goes on then.
      if (said === null) saver = await Saver.ready('vault', folder);
      const after = `after-${secret}`;
      if ((await saver.save(after))?.word === 'saved') acknowledged.push(after);
      else problems.push(`the vault takes nothing any more after ${error} at ${secret}`);
    }
    await saver.end();
    expect(problems).toEqual([]);
    expect(await problemOf('vault', folder, acknowledged)).toBeNull();
    console.log(`${error} at ${calls.length} calls: ${refusals} saves refused`);
  });
});
