import { ReminderPreferences } from '../../../src/main/reminders/reminderPreferences.ts';
import { Reminders } from '../../../src/main/reminders/reminders.ts';
import { UsageRecord } from '../../../src/main/reminders/usage.ts';
import type { Credential, KeyCredential, TokenCredential } from '../../../src/shared/contract/credentials.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { createMemoryPreferences } from '../../helpers/memoryPreferences.ts';
import { RecordingNotifier } from '../../helpers/recordingNotifier.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

interface Life {
  readonly bornMs: number;
  readonly endMs: number | null;
}

export const tokenOf = (
  id: string,
  { bornMs, endMs }: Life,
  change: Partial<TokenCredential> = {},
): TokenCredential => ({
  kind: 'token',
  id,
  uid: null,
  workspaceId: 'w',
  name: `name-of-${id}`,
  origin: 'minted',
  createdAt: iso(bornMs),
  expiresAt: endMs === null ? null : iso(endMs),
  scope: 'read',
  route: null,
  ...change,
});

export const keyOf = (id: string, life: Life, change: Partial<KeyCredential> = {}): KeyCredential => {
  const { scope: _scope, route: _route, ...common } = tokenOf(id, life);
  return {
    ...common,
    kind: 'key',
    accessKeyId: 'AKIAEXAMPLE',
    buckets: ['b'],
    permission: 'read',
    ...change,
  };
};

/** Reminders on a fake clock; `restart()` makes new ones on the same files. */
export const remindingWorld = (startMs?: number) => {
  const clock = new FakeClock(startMs);
  const store = createMemoryPreferences();
  const preferences = new ReminderPreferences(createMemoryPreferences());
  const notifier = new RecordingNotifier();
  const world = {
    ...{ clock, store, preferences, notifier },
    credentials: [] as readonly Credential[] | null,
    changes: 0,
    logged: [] as string[],
    usage: new UsageRecord(clock, store),
    start: (): Reminders => {
      world.usage = new UsageRecord(clock, store);
      const reminders = new Reminders({
        ...{ clock, store },
        usage: world.usage,
        settings: () => preferences.read(),
        credentials: () => world.credentials,
        notify: (notice) => notifier.notify(notice, () => undefined),
        onChange: () => {
          world.changes += 1;
        },
        logger: { log: (_level, message) => void world.logged.push(message) },
      });
      reminders.load();
      reminders.look();
      return reminders;
    },
  };
  return world;
};
