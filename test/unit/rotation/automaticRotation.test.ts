import { expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { SerialQueue } from '../../../src/main/lib/serialQueue.ts';
import { AutomaticRotation } from '../../../src/main/rotation/automaticRotation.ts';
import type { TokenCredential } from '../../../src/shared/contract/credentials.ts';
import type { Notice } from '../../../src/shared/contract/due.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';

const DAY_MS = 86_400_000;

it('a rotation that met a lock is tried again at once where the vault is open again by then, and nothing is said', async () => {
  const clock = new FakeClock();
  const ci: TokenCredential = {
    ...{ id: 'ci', uid: 'u', workspaceId: 'w', name: 'ci', origin: 'minted', kind: 'token', scope: 'read' },
    createdAt: new Date(clock.now() - 29 * DAY_MS).toISOString(),
    expiresAt: new Date(clock.now() + DAY_MS).toISOString(),
    ...{ route: null, rotateDaysBefore: 7 },
  };
  const notices: Notice[] = [];
  let tries = 0;
  let isRotated = false;
  const rotation = new AutomaticRotation({
    vault: { state: () => 'unlocked', commit: async () => undefined },
    clock,
    edits: new SerialQueue(),
    credentials: {
      find: () => ci,
      put: () => ({ op: 'delete', id: '' }),
    },
    isRotating: () => false,
    rotations: {
      serving: () => (isRotated ? [] : [ci]),
      start: async () => {
        tries += 1;
        if (tries === 1) throw new AppError('VAULT_LOCKED');
        isRotated = true;
        return expect.anything();
      },
    },
    notify: (notice) => notices.push(notice),
    onBug: (error) => {
      throw error;
    },
  });
  rotation.look();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect([tries, isRotated, notices]).toEqual([2, true, []]);
});
