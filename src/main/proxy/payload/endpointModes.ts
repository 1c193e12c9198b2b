import type { Clock } from '../../ports.ts';
import type { ModeVerdict, StreamingMode } from './payloadPlan.ts';

const REPROBE_AFTER_MS = 24 * 60 * 60_000;

interface Learned {
  readonly verdict: Exclude<ModeVerdict, 'unknown'>;
  readonly atMs: number;
}

/**
 * Which streaming modes an endpoint takes, learned from its own answers and believed for a day. Kept in memory
 * alone: a file that lists endpoints would tell what the sealed vault keeps to itself.
 */
export class EndpointModes {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #learned = new Map<string, Learned>();
  readonly #plainSuccesses = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  verdictOf(origin: string, mode: StreamingMode): ModeVerdict {
    const learned = this.#learned.get(`${origin} ${mode}`);
    const isCurrent = learned !== undefined && this.#clock.now() < learned.atMs + REPROBE_AFTER_MS;
    return isCurrent ? learned.verdict : 'unknown';
  }

  learn(origin: string, mode: StreamingMode, verdict: Learned['verdict']): void {
    this.#learned.set(`${origin} ${mode}`, { verdict, atMs: this.#clock.now() });
  }

  /** A request without chunk framing was accepted: the credential is good and the clocks agree. */
  notePlainSuccess(origin: string, credentialId: string): void {
    this.#plainSuccesses.add(`${origin} ${credentialId}`);
  }

  hasPlainSuccess(origin: string, credentialId: string): boolean {
    return this.#plainSuccesses.has(`${origin} ${credentialId}`);
  }
}
