/**
 * A body that can be read a second time as long as no more than `maxBytes` of it have arrived. There is one reader
 * at a time: a second one begins anew and ends the first.
 */
export class ReplayableBody {
  readonly #source: AsyncIterator<Buffer>;
  readonly #maxBytes: number;
  /** What arrived and was not dropped yet. */
  readonly #pieces: Buffer[] = [];
  #dropped = 0;
  #arrivedBytes = 0;
  #hasEnded = false;
  #isRemembering = true;
  #reader = 0;
  #arrival: Promise<void> | null = null;
  #held: Promise<void> | null = null;
  #release = (): void => undefined;

  constructor(source: AsyncIterable<Buffer>, maxBytes: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#maxBytes = maxBytes;
  }

  get canReplay(): boolean {
    return this.#isRemembering;
  }

  /** The body from its beginning; a second time only if it `canReplay`. */
  read(): AsyncGenerator<Buffer> {
    this.#reader += 1;
    if (this.#reader > 1) this.#isRemembering = false;
    this.#release();
    this.#held = null;
    return this.#readAs(this.#reader);
  }

  /** Gives out nothing more until there is another reader. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  async *#readAs(reader: number): AsyncGenerator<Buffer> {
    for (let at = 0; ; at += 1) {
      while (at === this.#dropped + this.#pieces.length && !this.#hasEnded) await this.#arrive();
      await this.#held;
      const piece = this.#pieces[at - this.#dropped];
      if (piece === undefined || reader !== this.#reader) return;
      if (!this.#isRemembering) this.#dropThrough(at);
      yield piece;
    }
  }

  #dropThrough(at: number): void {
    this.#pieces.splice(0, at + 1 - this.#dropped);
    this.#dropped = at + 1;
  }

  #arrive(): Promise<void> {
    this.#arrival ??= this.#source.next().then(({ done, value }) => {
      this.#arrival = null;
      if (done === true) {
        this.#hasEnded = true;
        return;
      }
      this.#pieces.push(value);
      this.#arrivedBytes += value.length;
      if (this.#arrivedBytes > this.#maxBytes) this.#isRemembering = false;
    });
    return this.#arrival;
  }
}
