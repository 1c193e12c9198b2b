import type { RotationRecord } from './rotationRecord.ts';

/** What is known of the retiring credential. */
export interface Facts {
  readonly inFlight: number;
  /** When the last request with it ended, as far as this process has seen one. */
  readonly lastEndedMs: number | null;
  /** Not before then: the last try failed. */
  readonly retryAtMs: number | null;
  /** How many places outside the vault do not know the serving one yet. */
  readonly pendingTargets: number;
  /** When the last of them got to know it. */
  readonly lastRolledOutMs: number | null;
}

export type NextStep =
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** Written down before the service is asked: from here on there is no way back. */
  | { readonly kind: 'beginDeleting' }
  | { readonly kind: 'delete' };

/** For how long nobody looks while requests run, at least. */
const SHORTEST_LOOK_MS = 1000;

/** When nothing will have used it for the time wanted; null while something does, or may. */
export const drainedAtMs = (
  { switchedAt, drainMs }: Pick<RotationRecord, 'switchedAt' | 'drainMs'>,
  { inFlight, lastEndedMs, pendingTargets, lastRolledOutMs }: Omit<Facts, 'retryAtMs'>,
): number | null =>
  inFlight > 0 || pendingTargets > 0
    ? null
    : Math.max(Date.parse(switchedAt), lastEndedMs ?? 0, lastRolledOutMs ?? 0) + drainMs;

export const nextStep = (record: RotationRecord, facts: Facts, nowMs: number): NextStep => {
  if (facts.retryAtMs !== null && facts.retryAtMs > nowMs) return { kind: 'wait', untilMs: facts.retryAtMs };
  if (record.step === 'deleting') return { kind: 'delete' };
  // The commit that writes down the last of them looks again.
  if (facts.pendingTargets > 0) return { kind: 'wait', untilMs: Number.POSITIVE_INFINITY };
  const drainedMs = drainedAtMs(record, facts);
  // What runs now ends now at the earliest.
  if (drainedMs === null)
    return { kind: 'wait', untilMs: nowMs + Math.max(record.drainMs, SHORTEST_LOOK_MS) };
  return drainedMs > nowMs ? { kind: 'wait', untilMs: drainedMs } : { kind: 'beginDeleting' };
};
