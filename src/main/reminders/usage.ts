import { z } from 'zod';
import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import type { Clock, DocumentStore } from '../ports.ts';

/** A day in UTC, counted from 1970. Finer is not kept: so a busy credential is written about once a day. */
export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS);

const day = z.number().int();
const usage = z.object({
  usedDay: day.nullable(),
  wroteDay: day.nullable(),
  /** The last answer of the service was that it does not know this credential (any more). */
  isRefused: z.boolean(),
});
export type Usage = z.infer<typeof usage>;

const usageFile = z.object({
  /** Nothing is known of the days before. */
  sinceDay: day,
  credentials: z.record(z.string(), usage),
});

/** What the proxy tells of one finished request. */
export interface UsingRequest {
  readonly atMs: number;
  readonly credential: Pick<Credential, 'id'> | null;
  readonly method: string;
  readonly status: number;
  readonly refusal: string | null;
}

const KEY = 'usage';
const unused: Usage = { usedDay: null, wroteDay: null, isRefused: false };

const isRefusedByService = ({ status, refusal }: UsingRequest): boolean =>
  refusal === 'UPSTREAM_SIGNATURE' || (refusal === null && status === 401);

/** Which credential was used last on which day. Kept in memory, and written seldom: a crash loses an hour at most. */
export class UsageRecord {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #store: DocumentStore;
  #byId = new Map<string, Usage>();
  #sinceDay = 0;
  #isWritten = true;

  constructor(clock: Pick<Clock, 'now'>, store: DocumentStore) {
    this.#clock = clock;
    this.#store = store;
  }

  load(): void {
    const found = usageFile.safeParse(this.#store.read(KEY));
    this.#isWritten = found.success;
    this.#sinceDay = found.success ? found.data.sinceDay : dayOf(this.#clock.now());
    this.#byId = new Map(found.success ? Object.entries(found.data.credentials) : []);
  }

  /** Cheap enough for every request. @returns whether the service refuses this credential since this request */
  note(request: UsingRequest): boolean {
    if (request.credential === null) return false;
    const isRefused = isRefusedByService(request);
    // What the proxy answered itself says nothing about the credential.
    if (!isRefused && request.refusal !== null) return false;
    const { id } = request.credential;
    const before = this.#byId.get(id) ?? unused;
    const today = dayOf(request.atMs);
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD';
    const usedDay = isRefused ? before.usedDay : today;
    const wroteDay = isRefused || !isWrite ? before.wroteDay : today;
    if (usedDay === before.usedDay && wroteDay === before.wroteDay && isRefused === before.isRefused)
      return false;
    this.#byId.set(id, { usedDay, wroteDay, isRefused });
    this.#isWritten = false;
    return isRefused && !before.isRefused;
  }

  of(credentialId: string): Usage {
    return this.#byId.get(credentialId) ?? unused;
  }

  get sinceDay(): number {
    return this.#sinceDay;
  }

  keepOnly(credentialIds: ReadonlySet<string>): void {
    for (const id of this.#byId.keys()) {
      if (credentialIds.has(id)) continue;
      this.#byId.delete(id);
      this.#isWritten = false;
    }
  }

  /** Writes what is new. */
  flush(): void {
    if (this.#isWritten) return;
    this.#store.write(KEY, { sinceDay: this.#sinceDay, credentials: Object.fromEntries(this.#byId) });
    this.#isWritten = true;
  }
}
