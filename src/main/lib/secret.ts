import { inspect } from 'node:util';

const MASK = '[secret]';

/** What nobody wiped is wiped when it is collected. */
const forgotten = new FinalizationRegistry<Buffer>((bytes) => bytes.fill(0));

/**
 * A plaintext secret. It prints, serialises and inspects as `[secret]`; `reveal()` is the only way out and is
 * allowed in a short list of files that the architecture test knows.
 */
export class Secret {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    forgotten.register(this, bytes);
  }

  static of(text: string): Secret {
    // Not from the pool that all buffers of the process share.
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    bytes.write(text);
    return new Secret(bytes);
  }

  /** Takes the buffer over: `wipe()` zeroes the caller's copy too. */
  static ofBytes(bytes: Buffer): Secret {
    return new Secret(bytes);
  }

  reveal(): string {
    return this.#bytes.toString('utf8');
  }

  /** The live buffer, not a copy: to be used at once, for it is zeroed with the secret. */
  revealBytes(): Buffer {
    return this.#bytes;
  }

  /** Zeroes the plaintext. The secret is empty afterwards; strings revealed earlier are the caller's to drop. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
