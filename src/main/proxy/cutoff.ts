type Listener = (reason: unknown) => void;

/** Ends an exchange on both sides, once. Like an AbortController, but light enough to be made for every request. */
export class Cutoff {
  readonly #listeners: Listener[] = [];
  #cut: { readonly reason: unknown } | null = null;

  get isCut(): boolean {
    return this.#cut !== null;
  }

  get reason(): unknown {
    return this.#cut?.reason;
  }

  cut(reason: unknown): void {
    if (this.#cut !== null) return;
    this.#cut = { reason };
    for (const listener of this.#listeners.splice(0)) listener(reason);
  }

  /** The exchange is over: its connection may live on, and must not hold what belonged to it. */
  letGo(): void {
    this.#listeners.length = 0;
  }

  /** Called at once when the cut has been made already. */
  onCut(listener: Listener): void {
    if (this.#cut === null) this.#listeners.push(listener);
    else listener(this.#cut.reason);
  }

  throwIfCut(): void {
    if (this.#cut !== null) throw this.#cut.reason;
  }
}
