/** What a part of the benchmark started and must stop, in the order of starting. */
export class Resources {
  readonly #stops: (() => unknown)[] = [];

  onEnd(stop: () => unknown): void {
    this.#stops.push(stop);
  }

  async end(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
    this.#stops.length = 0;
  }
}
