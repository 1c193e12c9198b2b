import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { RevealTray } from '../../../src/main/vault/revealTray.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';

const TWO_MINUTES_MS = 120_000;

let clock: FakeClock;
let tray: RevealTray<{ readonly secret: Secret }>;
let secret: Secret;
let revealId: string;
beforeEach(() => {
  clock = new FakeClock();
  tray = new RevealTray(clock);
  secret = Secret.of('minted');
  revealId = tray.put({ secret });
});

const taken = (id = revealId): string => {
  try {
    return tray.take(id).secret.reveal();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

describe('a secret that is to be shown', () => {
  it('is handed out once', () => {
    expect([taken(), taken(), taken('unknown')]).toEqual(['minted', 'REVEAL_GONE', 'REVEAL_GONE']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is there for two minutes and not for longer, also where the machine slept over them', () => {
    clock.advance(TWO_MINUTES_MS - 1);
    const late = Secret.of('later');
    const another = tray.put({ secret: late });
    clock.advance(1);
    expect([taken(), secret.reveal()]).toEqual(['REVEAL_GONE', '\0'.repeat(6)]);
    clock.sleep(TWO_MINUTES_MS - 1);
    expect([taken(another), late.reveal()]).toEqual(['REVEAL_GONE', '\0'.repeat(5)]);
  });

  it('is gone from memory with a lock', () => {
    tray.clear();
    expect([taken(), secret.reveal()]).toEqual(['REVEAL_GONE', '\0'.repeat(6)]);
    expect(clock.pendingTimers).toBe(0);
  });
});
