import { expect, it } from 'vitest';
import { SeededRandom } from '../fuzz/seededRandom.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { contentOf, unlockedVault } from '../helpers/testVault.ts';
import { amountOf, seed } from './amount.ts';
import { Child } from './child.ts';

const WRITERS = 8;
const WRITES = amountOf(500);
const LONGEST_STANDSTILL_MS = 5_000;

/** Eight processes that write, and a hand that kills whichever has just written. */
class Writers {
  readonly saved = new Set<string>();
  kills = 0;
  longestStandstillMs = 0;
  readonly #home: string;
  readonly #random = new SeededRandom(seed);
  readonly #waiting = new Set<number>();
  /** The last holder that was killed, until another one has the home. */
  #killed: { readonly writer: number; readonly atMs: number } | null = null;
  #untilNextKill = 1;

  constructor(home: string) {
    this.#home = home;
  }

  /** As many lives as it takes. */
  async run(writer: number): Promise<void> {
    for (let next = 0; next < WRITES; ) next = await this.#live(writer, next);
  }

  /** @returns the first of its writes that was not acknowledged */
  async #live(writer: number, from: number): Promise<number> {
    const child = new Child('writerProcess.ts', [this.#home, String(writer), String(from), String(WRITES)]);
    let next = from;
    for (let said = await child.next(); said !== null; said = await child.next()) {
      if (said.word === 'waiting') this.#waiting.add(writer);
      else this.#hasTheHome(writer);
      if (said.word !== 'saved') continue;
      expect(said.about).toBe(`${writer}-${next}`);
      this.saved.add(said.about);
      next += 1;
      if (this.#isToDie(writer)) await child.kill();
    }
    await child.end();
    return next;
  }

  #hasTheHome(writer: number): void {
    this.#waiting.delete(writer);
    if (this.#killed === null || this.#killed.writer === writer) return;
    this.longestStandstillMs = Math.max(this.longestStandstillMs, performance.now() - this.#killed.atMs);
    this.#killed = null;
  }

  #isToDie(writer: number): boolean {
    this.#untilNextKill -= 1;
    if (this.#untilNextKill > 0) return false;
    this.#untilNextKill = 1 + this.#random.below(60);
    this.kills += 1;
    // Where nobody waits, it is the start of a process that takes its time, and not the lock.
    this.#killed = this.#waiting.size > 0 ? { writer, atMs: performance.now() } : null;
    return true;
  }
}

it(`${WRITERS} processes of ${WRITES} writes each, killed at random while they hold the home, lose none and wait for no dead one`, {
  timeout: 1_200_000,
}, async () => {
  const home = temporaryFolder();
  const writers = new Writers(home);
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writers.run(writer)));
  expect(writers.saved.size).toBe(WRITERS * WRITES);
  const held = contentOf(await unlockedVault(home));
  expect(Object.keys(held).sort()).toEqual([...writers.saved].sort());
  for (const [id, { secret }] of Object.entries(held)) expect(secret).toBe(`secret of ${id}`);
  expect(writers.kills, `CRASH_SEED=${seed}`).toBeGreaterThan((WRITERS * WRITES) / 100);
  expect(writers.longestStandstillMs, `CRASH_SEED=${seed}`).toBeLessThan(LONGEST_STANDSTILL_MS);
  console.log(
    `${writers.kills} holders killed; the longest standstill took ${writers.longestStandstillMs.toFixed()} ms`,
  );
});
