/**
 * Larger ones make fewer and cheaper steps. A long body whose tool is slow holds two or three of them, over TLS some
 * more, hardly filled.
 */
const READ_BYTES = 128 * 1024;
const MAX_SPARE = 64;

/**
 * Where the bytes of upstreams land. One buffer serves all that is looked at on the spot, however many connections
 * there are. A long body goes on to the tool from buffers that it has to itself meanwhile, and that are used again:
 * a fresh one for each read would be as much garbage as the body is long.
 */
export class ReadBuffers {
  readonly shared = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
  }

  /** On lock. */
  clear(): void {
    this.shared.fill(0);
    this.#spare.splice(0);
  }

  giveBack(buffer: Buffer): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(buffer);
  }
}
