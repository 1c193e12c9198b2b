const MAX_REMEMBERED = 100_000;
const SWEEP_EVERY_MS = 60_000;

interface Use {
  readonly expiresAtMs: number;
}

/**
 * The signatures of writes that are under way or have been answered. Who copies a signed request off the wire, or
 * gets hold of a presigned URL that was used, has nothing any more, not even after a lock. Above its limit it
 * forgets the oldest.
 */
export class ReplayGuard {
  readonly #uses = new Map<string, Use>();
  #sweepAtMs = 0;

  get size(): number {
    return this.#uses.size;
  }

  /**
   * @param expiresAtMs from when on the signature is refused for its age
   * @returns what makes the signature usable again, for a request that came to nothing; null when it is used already
   */
  enter(signature: string, expiresAtMs: number, nowMs: number): (() => void) | null {
    this.#sweep(nowMs);
    if (this.#uses.has(signature)) return null;
    const [oldest] = this.#uses.keys();
    if (oldest !== undefined && this.#uses.size >= MAX_REMEMBERED) this.#uses.delete(oldest);
    const use = { expiresAtMs };
    this.#uses.set(signature, use);
    return () => {
      // It may have been forgotten and used again in the meantime.
      if (this.#uses.get(signature) === use) this.#uses.delete(signature);
    };
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + SWEEP_EVERY_MS;
    for (const [signature, { expiresAtMs }] of this.#uses)
      if (expiresAtMs < nowMs) this.#uses.delete(signature);
  }
}
