import { AppError } from '../../src/main/lib/appError.ts';
import type { Keyring } from '../../src/main/ports.ts';

/** Visibly fake: items in a map that outlives nothing. */
export class FakeKeyring implements Keyring {
  readonly items = new Map<string, Buffer>();
  state: 'open' | 'refuses' | 'hangs' = 'open';

  async read(account: string): Promise<Buffer | null> {
    await this.#answer();
    const bytes = this.items.get(account);
    return bytes === undefined ? null : Buffer.from(bytes);
  }

  async write(account: string, bytes: Buffer): Promise<void> {
    await this.#answer();
    this.items.set(account, Buffer.from(bytes));
  }

  async remove(account: string): Promise<void> {
    await this.#answer();
    this.items.delete(account);
  }

  async #answer(): Promise<void> {
    if (this.state === 'refuses') throw new AppError('KEYCHAIN_UNAVAILABLE');
    if (this.state === 'hangs') await new Promise(() => undefined);
  }
}
