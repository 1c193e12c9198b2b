import { AppError } from '../../src/main/lib/appError.ts';
import type { KeyWrapper } from '../../src/main/ports.ts';

const KIND = 'fake-keychain';

/** Visibly fake: what it "seals" is the key in hex behind a label that says so. */
export class FakeKeychain implements KeyWrapper {
  readonly kind = KIND;
  isAvailable = true;
  shouldRewrap = false;
  wrapCount = 0;
  readonly #owner: string;

  /** @param owner another owner's keychain does not open what this one sealed */
  constructor(owner = 'tester') {
    this.#owner = owner;
  }

  async wrap(key: Buffer) {
    this.#requireAvailable();
    this.wrapCount += 1;
    return {
      kind: KIND,
      sealed: `NOT-SEALED-${this.#owner}-${key.toString('hex')}`,
      wrapCount: this.wrapCount,
    };
  }

  async unwrap({ kind, sealed }: { readonly [field: string]: string | number }) {
    this.#requireAvailable();
    const prefix = `NOT-SEALED-${this.#owner}-`;
    if (kind !== KIND || typeof sealed !== 'string' || !sealed.startsWith(prefix))
      throw new AppError('KEYCHAIN_UNAVAILABLE');
    return { key: Buffer.from(sealed.slice(prefix.length), 'hex'), shouldRewrap: this.shouldRewrap };
  }

  #requireAvailable(): void {
    if (!this.isAvailable) throw new AppError('KEYCHAIN_UNAVAILABLE');
  }
}
