import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../fuzz/seededRandom.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { amountOf, seed } from './amount.ts';
import { problemOf } from './judge.ts';
import { Saver } from './saver.ts';
import type { SubjectName } from './subjects.ts';

const KILLS = amountOf(1_000);
const KILLS_PER_FOLDER = 25;
/** By then the plain write has lost everything, unless the rig does not bite. */
const ENOUGH_TO_BITE = 300;
const MOST_SAVES = 8;
/** More than it gets to, so that the kill finds it at work however late it comes. */
const ASKED = 60;

/** Finer than a timer: a save is over within a few milliseconds. */
const until = async (timeMs: number): Promise<void> => {
  while (performance.now() < timeMs) await new Promise(setImmediate);
};

/** Lets a process save one secret after the other, kills it at a moment that chance chooses; what it acknowledged. */
const killedAtRandom = async (
  subject: SubjectName,
  folder: string,
  round: number,
  random: SeededRandom,
): Promise<string[]> => {
  const saver = new Saver(subject, folder);
  const acknowledged: string[] = [];
  // Only the first: the kill lands while the folder is opened, a new vault made, or leftovers of the last kill removed.
  const words = 1 + random.below(MOST_SAVES + 2);
  for (let count = 0; count < ASKED; count += 1) saver.ask(`secret-${round}-${count}`);
  let heardAtMs = performance.now();
  let stepMs = 0;
  for (let heard = 0; heard < words; heard += 1) {
    const said = await saver.next();
    if (said?.word === 'saved') acknowledged.push(said.about);
    stepMs = performance.now() - heardAtMs;
    heardAtMs += stepMs;
  }
  // Anywhere in the next step, which takes about as long as the last one did.
  await until(heardAtMs + random.next() * stepMs);
  await saver.kill();
  // What it said before it died, and nobody had read yet, counts too.
  for (let said = await saver.next(); said !== null; said = await saver.next())
    if (said.word === 'saved') acknowledged.push(said.about);
  return acknowledged;
};

interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  readonly problems: readonly string[];
}

/** Ends at the first problem of a folder. */
const killsInOneFolder = async (subject: SubjectName, kills: number, first: number): Promise<Outcome> => {
  const folder = temporaryFolder();
  const random = new SeededRandom(seed, first);
  const acknowledged: string[] = [];
  for (let round = 0; round < kills; round += 1) {
    acknowledged.push(...(await killedAtRandom(subject, folder, first + round, random)));
    const problem = await problemOf(subject, folder, acknowledged);
    if (problem !== null) {
      const where = `after kill ${round + 1} in its folder, CRASH_SEED=${seed}`;
      return { kills: round + 1, acknowledged: acknowledged.length, problems: [`${problem} (${where})`] };
    }
  }
  return { kills, acknowledged: acknowledged.length, problems: [] };
};

describe('kill -9 at random times', () => {
  it('bites: a plain write loses everything', async () => {
    const { problems } = await killsInOneFolder('plainWrite', ENOUGH_TO_BITE, 0);
    expect(problems.join()).toContain('unreadable');
  });

  it(`costs the vault nothing that it acknowledged, in ${KILLS} kills`, { timeout: 1_800_000 }, async () => {
    const outcomes: Outcome[] = [];
    for (let first = 0; first < KILLS; first += KILLS_PER_FOLDER)
      outcomes.push(await killsInOneFolder('vault', Math.min(KILLS_PER_FOLDER, KILLS - first), first));
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
    const total = outcomes.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    expect(total).toBeGreaterThan(KILLS);
    console.log(`${KILLS} kills, ${total} acknowledged secrets, all there`);
  });
});
