import type { ActivityEntry } from '../../shared/contract/activity.ts';

/** What the proxy tells of one finished request. */
export interface PassedRequest
  extends Readonly<
    Pick<ActivityEntry, 'kind' | 'method' | 'path' | 'status' | 'refusal' | 'ms' | 'bytesIn' | 'bytesOut'>
  > {
  readonly atMs: number;
  readonly grant: { readonly connectionId: string; readonly connectionName: string } | null;
  readonly credential: { readonly name: string } | null;
}

/** Entries that are remembered; older ones are forgotten. */
export const ACTIVITY_CAPACITY = 10_000;

/** The newest requests, in memory only: metadata, never a value of a header, a query or a body. */
export class ActivityLog {
  /** A ring: entry number n (from 1) lies at (n - 1) modulo the capacity. */
  readonly #ring: ActivityEntry[] = [];
  readonly #capacity: number;
  readonly #lastUsedMs = new Map<string, number>();
  #count = 0;

  constructor(capacity = ACTIVITY_CAPACITY) {
    this.#capacity = capacity;
  }

  add(request: PassedRequest): ActivityEntry {
    this.#count += 1;
    const entry: ActivityEntry = {
      id: `a${this.#count}`,
      at: new Date(request.atMs).toISOString(),
      connection: request.grant?.connectionName ?? null,
      connectionId: request.grant?.connectionId ?? null,
      credential: request.credential?.name ?? null,
      kind: request.kind,
      method: request.method,
      path: request.path,
      status: request.status,
      refusal: request.refusal,
      ms: request.ms,
      bytesIn: request.bytesIn,
      bytesOut: request.bytesOut,
      client: null,
    };
    this.#ring[(this.#count - 1) % this.#capacity] = entry;
    if (request.grant !== null && request.refusal === null) {
      this.#lastUsedMs.set(request.grant.connectionId, request.atMs);
    }
    return entry;
  }

  /** On lock: a path is part of a target, and part of a string keeps the whole in memory, with its token and query. */
  detachPaths(): void {
    for (const [place, entry] of this.#ring.entries())
      this.#ring[place] = { ...entry, path: Buffer.from(entry.path).toString() };
  }

  /** Newest first. */
  list(limit: number): ActivityEntry[] {
    const length = Math.min(limit, this.#ring.length);
    return Array.from({ length }, (_, back) => this.#ring[(this.#count - 1 - back) % this.#capacity]).filter(
      (entry) => entry !== undefined,
    );
  }

  find(id: string): ActivityEntry | undefined {
    const number = /^a([1-9]\d{0,14})$/.exec(id)?.[1];
    if (number === undefined) return undefined;
    const entry = this.#ring[(Number(number) - 1) % this.#capacity];
    return entry?.id === id ? entry : undefined;
  }

  /** When a request last passed on this connection; refused ones do not count. */
  lastUsedMs(connectionId: string): number | null {
    return this.#lastUsedMs.get(connectionId) ?? null;
  }
}
