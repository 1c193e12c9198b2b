import { join } from 'node:path';
import { AppError } from '../lib/appError.ts';
import type { Clock, Keyring, Logger } from '../ports.ts';
import { isOfTheSystem } from './dataKey.ts';
import { type FileSystem, nodeFileSystem, replaceFile } from './durableFile.ts';
import { GenerationMirror } from './generationMirror.ts';
import { MAX_VAULT_BYTES, type VaultBytes, type VaultImage } from './vaultFile.ts';
import {
  type Generation,
  generationsIn,
  holdsVaultFiles,
  openVaultFolder,
  readGenerations,
  removeGenerations,
  requireUnchanged,
  type StoredVault,
  VAULT_FILE_NAME,
} from './vaultFolder.ts';

export interface VaultStoreDependencies {
  /** Holds nothing else whose name begins with `vault.nfyv`. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fileSystem?: FileSystem;
  /** Notices an older copy of the file. */
  readonly keyring?: Keyring | null;
}

/** The sealed file in its folder, as this process last read or wrote it. Knows no key. */
export class VaultStore {
  readonly #dependencies: VaultStoreDependencies;
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #mirror: GenerationMirror;
  #stored: StoredVault | null = null;
  /** Why the vault that is there cannot be used; kept, so that nothing is ever made in its place. */
  #failure: AppError | null = null;
  #notices: readonly string[] = [];

  constructor(dependencies: VaultStoreDependencies) {
    this.#dependencies = dependencies;
    this.#fileSystem = dependencies.fileSystem ?? nodeFileSystem;
    this.#path = join(dependencies.folder, VAULT_FILE_NAME);
    const { clock, logger, keyring = null } = dependencies;
    this.#mirror = new GenerationMirror({ clock, logger, keyring });
  }

  /** @throws AppError VAULT_DAMAGED | VAULT_NEWER | HOME_UNUSABLE | … */
  async open(): Promise<void> {
    const { folder, clock, logger } = this.#dependencies;
    try {
      const { stored, notices } = await openVaultFolder(folder, clock.now(), this.#fileSystem);
      this.#stored = stored;
      this.#notices = notices;
      this.#failure = null;
      for (const notice of notices) logger.log('warn', notice);
    } catch (error) {
      if (error instanceof AppError) this.#failure = error;
      throw error;
    }
  }

  /** Not even one that cannot be used. */
  isAbsent(): boolean {
    return this.#stored === null && this.#failure === null;
  }

  /** What `open()` found that the person should know. */
  notices(): readonly string[] {
    return this.#notices;
  }

  /** null when there is none that can be used. */
  image(): VaultImage | null {
    return this.#stored?.image ?? null;
  }

  /** @throws AppError VAULT_ABSENT, or why it cannot be used */
  require(): StoredVault {
    if (this.#failure !== null) throw this.#failure;
    if (this.#stored === null) throw new AppError('VAULT_ABSENT');
    return this.#stored;
  }

  /** @throws AppError VAULT_EXISTS, whatever the state of the one that exists */
  async requireNone(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#stored !== null || (await holdsVaultFiles(this.#dependencies.folder)))
      throw new AppError('VAULT_EXISTS');
  }

  /**
   * @throws AppError VAULT_FULL | VAULT_CHANGED | DISK_FULL | STORAGE_FAILED; the file is then as it was
   */
  async save({ bytes, image }: VaultBytes): Promise<void> {
    // It would be saved, and taken for damaged at the next start.
    if (bytes.length > MAX_VAULT_BYTES) throw new AppError('VAULT_FULL');
    const savedAtMs = this.#dependencies.clock.now();
    const before = this.#stored;
    const wasMirrored = before !== null && this.isMirrored();
    await replaceFile(this.#path, bytes, savedAtMs, this.#fileSystem, () =>
      requireUnchanged(this.#path, before),
    );
    this.#stored = { bytes, image, savedAtMs };
    if (wasMirrored || this.isMirrored()) this.acceptGeneration();
  }

  /** @throws AppError VAULT_OLDER, where a later generation was saved here */
  async requireNewest(): Promise<void> {
    const { image, savedAtMs } = this.require();
    const { generation, vaultId } = image;
    await this.#mirror.requireNotOlder(vaultId, { generation, savedAtMs });
  }

  /** From now on the generation that is there is the one that counts. */
  acceptGeneration(): void {
    const { image, savedAtMs } = this.require();
    if (this.isMirrored()) this.#mirror.follow(image.vaultId, { generation: image.generation, savedAtMs });
    else this.#mirror.forget(image.vaultId);
  }

  /** When the keyring, too, has heard of the last save. */
  settled(): Promise<void> {
    return this.#mirror.settled();
  }

  /** Newest first. */
  generations(): Promise<readonly Generation[]> {
    return readGenerations(this.#dependencies.folder);
  }

  /** @throws AppError GENERATION_GONE */
  async generation(name: string): Promise<StoredVault> {
    const found = (await this.generations()).find((one) => one.name === name);
    if (found === undefined) throw new AppError('GENERATION_GONE', { detail: `(${name})` });
    return found.stored;
  }

  /** For good: what was deleted before is then nowhere any more. */
  async forgetGenerations(): Promise<void> {
    const { folder } = this.#dependencies;
    await removeGenerations(folder, await generationsIn(folder), this.#fileSystem);
  }

  /** That one alone, for good. */
  removeGeneration(name: string): Promise<void> {
    return removeGenerations(this.#dependencies.folder, [name], this.#fileSystem);
  }

  /** Who opens the vault without the keyring is not asked for it. */
  isMirrored(): boolean {
    return this.require().image.slots.some(isOfTheSystem);
  }
}
