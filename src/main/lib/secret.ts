import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A plaintext secret. It prints, serialises and inspects as `[secret]`; `reveal()` is the only way out and is
 * allowed in a short list of files that the architecture test knows.
 */
export class Secret {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static of(text: string): Secret {
    return new Secret(Buffer.from(text, 'utf8'));
  }

  /** Takes the buffer over: `wipe()` zeroes the caller's copy too. */
  static ofBytes(bytes: Buffer): Secret {
    return new Secret(bytes);
  }

  reveal(): string {
    return this.#bytes.toString('utf8');
  }

  /** The live buffer, not a copy. */
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
