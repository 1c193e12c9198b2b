import type { DueItem } from '../../shared/contract/due.ts';
import { describeExpiry } from '../../shared/expiry.ts';
import { type ReminderReason, reminderReasons } from '../../shared/reminderReasons.ts';
import { believable, type Memory, nothingTold } from './memory.ts';
import type { Subject } from './schedule.ts';

/** Nothing expires later than never. */
const endMs = ({ expiresAt }: DueItem): number =>
  expiresAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt);

const rank = ({ reasons }: DueItem): number =>
  reasons.includes('refused') ? 0 : reasons.includes('expiry') ? 1 : 2;

/** Everything that asks for something to be done, the most urgent first. */
export const dueItems = (subjects: readonly Subject[], memory: Memory, nowMs: number): DueItem[] =>
  subjects
    .flatMap(({ credential, advice }): DueItem | [] => {
      const { id, uid, workspaceId, kind, name, expiresAt } = credential;
      const { tone, daysLeft } = describeExpiry(expiresAt, nowMs);
      const holds = (reason: ReminderReason): boolean =>
        reason === 'expiry' ? tone === 'due' || tone === 'expired' : advice.includes(reason);
      const reasons = reminderReasons.filter(holds);
      if (reasons.length === 0) return [];
      const known = believable(memory[id] ?? nothingTold, nowMs);
      const { isIgnored, quietUntilMs } = known;
      const isSnoozed = !isIgnored && quietUntilMs !== null && quietUntilMs > nowMs;
      return {
        ...{ id, uid, workspaceId, kind, name, expiresAt, daysLeft },
        reasons,
        snoozedUntil: isSnoozed ? new Date(quietUntilMs).toISOString() : null,
        isIgnored,
      };
    })
    .sort(
      (one, other) =>
        rank(one) - rank(other) || endMs(one) - endMs(other) || one.name.localeCompare(other.name),
    );
