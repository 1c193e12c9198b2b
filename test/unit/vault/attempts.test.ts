import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Attempts } from '../../../src/main/vault/attempts.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';

const wrong = async (): Promise<never> => {
  throw new AppError('WRONG_PASSPHRASE');
};

const setUp = () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock);
  const outcome = (task: () => Promise<unknown>): Promise<string> =>
    attempts.run(task).then(
      () => 'done',
      (error: AppError) => error.code,
    );
  return { clock, outcome };
};

describe('guessing', () => {
  it('waits longer after each wrong guess from the third on, up to a minute', async () => {
    const { clock, outcome } = setUp();
    for (let guess = 0; guess < 3; guess += 1) expect(await outcome(wrong)).toBe('WRONG_PASSPHRASE');
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      clock.advance(seconds * 1_000 - 1);
      expect(await outcome(async () => 'right')).toBe('TRIED_TOO_OFTEN');
      clock.advance(1);
      expect(await outcome(wrong)).toBe('WRONG_PASSPHRASE');
    }
  });

  it('many at once counts as one after the other', async () => {
    const { outcome } = setUp();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(wrong)));
    expect(outcomes.filter((code) => code === 'WRONG_PASSPHRASE')).toHaveLength(3);
  });

  it('right once begins anew, and a failure that is no guess does not count', async () => {
    const { outcome } = setUp();
    const unavailable = async (): Promise<never> => {
      throw new AppError('KEYCHAIN_UNAVAILABLE');
    };
    for (let guess = 0; guess < 9; guess += 1)
      expect(await outcome(unavailable)).toBe('KEYCHAIN_UNAVAILABLE');
    await outcome(wrong);
    await outcome(wrong);
    expect(await outcome(async () => 'right')).toBe('done');
    await outcome(wrong);
    await outcome(wrong);
    expect(await outcome(async () => 'right')).toBe('done');
  });
});
