import { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import type { Clock, Keyring, Logger } from '../ports.ts';

/** How far a vault has come. */
export interface Mark {
  readonly generation: number;
  readonly savedAtMs: number;
}

/** A keyring that hangs must not keep anybody out of the vault. */
const MAX_WAIT_MS = 5_000;

const markSchema = z.object({ generation: z.number().int().positive(), savedAt: z.iso.datetime() });

const accountOf = (vaultId: Buffer): string => `generation-${vaultId.toString('hex')}`;
const time = (ms: number): string => new Date(ms).toISOString();

const readMark = (bytes: Buffer): Mark | null => {
  try {
    const { generation, savedAt } = markSchema.parse(JSON.parse(bytes.toString('utf8')));
    return { generation, savedAtMs: Date.parse(savedAt) };
  } catch {
    return null;
  }
};

export interface GenerationMirrorDependencies {
  /** null: nothing is remembered, and nothing is noticed. */
  readonly keyring: Keyring | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Remembers in the keyring of the system how far the vault had come, so that an older copy of its file is noticed.
 * Evidence, never a lock: what the keyring does not say keeps nobody out. Written behind the vault and in the
 * background; one that lags behind, as after a crash, only knows of less.
 */
export class GenerationMirror {
  readonly #dependencies: GenerationMirrorDependencies;
  #due: (() => Promise<void>) | null = null;
  #writing: Promise<void> | null = null;

  constructor(dependencies: GenerationMirrorDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws AppError VAULT_OLDER */
  async requireNotOlder(vaultId: Buffer, { generation, savedAtMs }: Mark): Promise<void> {
    await this.settled();
    const last = await this.#read(vaultId);
    if (last === null || last.generation <= generation) return;
    throw new AppError('VAULT_OLDER', {
      detail:
        `It is generation ${generation}, saved ${time(savedAtMs)}; the last one was generation ${last.generation}, ` +
        `saved ${time(last.savedAtMs)}. Up to ${last.generation - generation} changes may be missing.`,
    });
  }

  /** This is where the vault is now, also if it was further before. */
  follow(vaultId: Buffer, { generation, savedAtMs }: Mark): void {
    const bytes = Buffer.from(JSON.stringify({ generation, savedAt: time(savedAtMs) }));
    this.#do((keyring) => keyring.write(accountOf(vaultId), bytes));
  }

  forget(vaultId: Buffer): void {
    this.#do((keyring) => keyring.remove(accountOf(vaultId)));
  }

  /** When nothing is being written any more, or after a few seconds. */
  settled(): Promise<void> {
    return this.#within(this.#writing ?? Promise.resolve(), undefined);
  }

  async #read(vaultId: Buffer): Promise<Mark | null> {
    const { keyring } = this.#dependencies;
    if (keyring === null) return null;
    const reading = keyring.read(accountOf(vaultId)).catch(() => {
      this.#dependencies.logger.log('info', 'the keyring does not say how far the vault had come');
      return null;
    });
    const bytes = await this.#within(reading, null);
    return bytes && readMark(bytes);
  }

  /** Of what comes while one is being written, only the last counts. */
  #do(task: (keyring: Keyring) => Promise<void>): void {
    const { keyring } = this.#dependencies;
    if (keyring === null) return;
    this.#due = () => task(keyring);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    for (let task = this.#due; task !== null; task = this.#due) {
      this.#due = null;
      await task().catch(() =>
        this.#dependencies.logger.log('warn', 'the keyring does not remember how far the vault has come'),
      );
    }
    this.#writing = null;
  }

  #within<T>(task: Promise<T>, late: T): Promise<T> {
    return new Promise((resolve) => {
      const cancel = this.#dependencies.clock.after(MAX_WAIT_MS, () => resolve(late));
      void task.then((value) => {
        cancel();
        resolve(value);
      });
    });
  }
}
