import type { RunningRequest } from '../../shared/contract/rotation.ts';
import { Roster } from '../lib/roster.ts';
import type { Clock } from '../ports.ts';

/** A request that is under way; it says how far it is when it is asked. */
export interface Underway {
  describe(): RunningRequest;
}

/** Which requests are under way with which credential: one that goes, or changes, has to let them end first. */
export class CredentialRequests {
  readonly #clock: Clock;
  readonly #running = new Map<string, Roster<Underway>>();
  readonly #lastEndedMs = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the function to be called at its end */
  begin(credentialId: string, request: Underway): () => void {
    const running = this.#running.get(credentialId) ?? new Roster();
    this.#running.set(credentialId, running);
    const leave = running.add(request);
    return () => {
      if (!leave()) return;
      this.#lastEndedMs.set(credentialId, this.#clock.now());
      if (running.size > 0) return;
      for (const isIdle of this.#waiting.get(credentialId) ?? []) isIdle();
    };
  }

  running(credentialId: string): RunningRequest[] {
    const running = this.#running.get(credentialId)?.members() ?? [];
    return running.map((request) => request.describe());
  }

  lastEndedMs(credentialId: string): number | null {
    return this.#lastEndedMs.get(credentialId) ?? null;
  }

  /** Resolves when nothing runs with it, or when the time is over. @returns whether nothing runs */
  idle(credentialId: string, limitMs: number): Promise<boolean> {
    if ((this.#running.get(credentialId)?.size ?? 0) === 0) return Promise.resolve(true);
    const waiting = this.#waiting.get(credentialId) ?? new Set();
    this.#waiting.set(credentialId, waiting);
    return new Promise((resolve) => {
      const end = (isIdle: boolean) => (): void => {
        endPatience();
        waiting.delete(isIdleNow);
        resolve(isIdle);
      };
      const isIdleNow = end(true);
      const endPatience = this.#clock.after(limitMs, () => end(false)());
      waiting.add(isIdleNow);
    });
  }
}
