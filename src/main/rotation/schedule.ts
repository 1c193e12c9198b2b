import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';

/** What the schedule looks at. */
export type Planned = Pick<Credential, 'id' | 'createdAt' | 'expiresAt' | 'rotateDaysBefore'>;

const SHORTEST_RETRY_MS = 3_600_000;

/** When it is to be rotated by itself, and when it ends; null: never. */
const momentsOf = ({ createdAt, expiresAt, rotateDaysBefore }: Planned) => {
  if (expiresAt === null || rotateDaysBefore === undefined) return null;
  const [bornMs, endMs] = [Date.parse(createdAt), Date.parse(expiresAt)];
  return { atMs: Math.max(endMs - rotateDaysBefore * DAY_MS, (bornMs + endMs) / 2), endMs };
};

/**
 * When it is to be rotated by itself; null: never. Not in the first half of its life: the one that comes after it
 * lives as long, and would be rotated at once, and so on without end.
 */
export const rotateAtMs = (credential: Planned): number | null => momentsOf(credential)?.atMs ?? null;

/**
 * One that failed is tried again after a day: a service that is down is not asked again and again. Sooner, where it
 * would have expired by then.
 */
const retryAtMs = (endMs: number, failedMs: number): number => {
  const leftMs = endMs - failedMs;
  return failedMs + (leftMs <= 0 ? DAY_MS : Math.min(Math.max(leftMs / 2, SHORTEST_RETRY_MS), DAY_MS));
};

export interface RotationPlan {
  /** Ids of those whose time has come. */
  readonly due: readonly string[];
  /** When the next one's comes; infinite: never. */
  readonly nextMs: number;
}

/** @param triedMs when each was last tried in vain */
export const planRotations = (
  credentials: readonly Planned[],
  triedMs: ReadonlyMap<string, number>,
  nowMs: number,
): RotationPlan => {
  const due: string[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  for (const credential of credentials) {
    const moments = momentsOf(credential);
    if (moments === null) continue;
    const { atMs, endMs } = moments;
    const tried = triedMs.get(credential.id);
    const fromMs = tried === undefined ? atMs : Math.max(atMs, retryAtMs(endMs, tried));
    if (fromMs <= nowMs) due.push(credential.id);
    else nextMs = Math.min(nextMs, fromMs);
  }
  return { due, nextMs };
};
