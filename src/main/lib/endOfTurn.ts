/**
 * When everything that has arrived in this turn of the event loop has been read. What all who wait for it then write
 * goes out one behind the other: to write to a program that sleeps costs twice as much as to one that is awake, so
 * that it should not have the time to fall asleep in between.
 */
export class EndOfTurn {
  #comes: Promise<void> | null = null;

  reached(): Promise<void> {
    this.#comes ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#comes = null;
        resolve();
      }),
    );
    return this.#comes;
  }
}
