import { realpath } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { type Exported, MAX_EXPORT_RECORDS } from '../../shared/contract/transfer.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { PLAIN_EXPORT_WORDS } from '../../shared/plainExportWords.ts';
import { requireAbsolute, writeLocalFile } from '../files/localFile.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import type { Proof } from '../vault/keySlots.ts';
import type { OpenedRecord, VaultRecord } from '../vault/openRecords.ts';
import { passphraseWrapper } from '../vault/passphraseWrapper.ts';
import type { Vault } from '../vault/vault.ts';
import { sealCopy } from '../vault/vaultCopy.ts';
import { MAX_PLAIN_EXPORT_BYTES, writePlainExport } from './plainExport.ts';

interface ExportingDependencies {
  readonly vault: Pick<Vault, 'openedRecords'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly home: string;
  readonly findWorkspace: (reference: string) => Workspace;
  /** @throws AppError when it does not show that the owner asks */
  readonly prove: (proof: Proof) => Promise<void>;
}

interface Wanted {
  readonly path: string;
  /** Absent: the whole vault. */
  readonly workspace?: string | undefined;
  readonly proof: Proof;
}

const belongsTo =
  (workspaceId: string) =>
  ({ id, meta }: VaultRecord): boolean =>
    id === workspaceId ||
    (typeof meta === 'object' && meta !== null && 'workspaceId' in meta && meta.workspaceId === workspaceId);

/** What the vault is in the middle of stays here: it is about this vault's own dealings with the service. */
const isThing = ({ kind }: VaultRecord): boolean =>
  kind === 'workspace' || kind === 'credential' || kind === 'connection';

const exportedOf = (path: string, records: readonly OpenedRecord[]): Exported => {
  const count = (wanted: string): number => records.filter(({ kind }) => kind === wanted).length;
  return {
    path,
    workspaces: count('workspace'),
    credentials: count('credential'),
    connections: count('connection'),
  };
};

/** Takes everything that is sealed out of the vault, for another vault or another program. */
export class Exporting {
  readonly #dependencies: ExportingDependencies;

  constructor(dependencies: ExportingDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Sealed under a passphrase of its own. It takes a proof, too: whoever chooses that passphrase can read everything.
   * @throws AppError FILE_EXISTS | FILE_UNUSABLE | EXPORT_TOO_LARGE | INVALID_INPUT | WRONG_PASSPHRASE | WORKSPACE_UNKNOWN | …
   */
  sealed(wanted: Wanted & { readonly passphrase: Secret }): Promise<Exported> {
    return this.#write(wanted, '.nfyv', (records) => sealCopy(records, passphraseWrapper(wanted.passphrase)));
  }

  /** Readable by anyone who has the file. @throws as `sealed`, and AppError PLAIN_EXPORT_UNCONFIRMED */
  async plain(wanted: Wanted & { readonly confirm: string }): Promise<Exported> {
    if (wanted.confirm !== PLAIN_EXPORT_WORDS) {
      throw new AppError('PLAIN_EXPORT_UNCONFIRMED', { detail: `The words are: ${PLAIN_EXPORT_WORDS}` });
    }
    const exportedAt = new Date(this.#dependencies.clock.now()).toISOString();
    return this.#write(wanted, '.json', (records) => writePlainExport(records, exportedAt));
  }

  async #write(
    { path, workspace, proof }: Wanted,
    extension: string,
    encode: (records: readonly OpenedRecord[]) => Buffer | Promise<Buffer>,
  ): Promise<Exported> {
    const { vault, findWorkspace, prove } = this.#dependencies;
    await this.#requireFit(path, extension);
    await prove(proof);
    const isWanted = workspace === undefined ? () => true : belongsTo(findWorkspace(workspace).id);
    const records = vault.openedRecords((record) => isThing(record) && isWanted(record));
    try {
      if (records.length > MAX_EXPORT_RECORDS)
        throw new AppError('EXPORT_TOO_LARGE', { detail: `(${records.length} records)` });
      const bytes = await encode(records);
      if (bytes.length > MAX_PLAIN_EXPORT_BYTES) {
        bytes.fill(0);
        throw new AppError('EXPORT_TOO_LARGE', { detail: `(${bytes.length} bytes)` });
      }
      await writeLocalFile(path, bytes).finally(() => bytes.fill(0));
      return exportedOf(path, records);
    } finally {
      for (const { secret } of records) secret?.wipe();
    }
  }

  /** The home folder is the vault's own: it takes every `vault.nfyv…` in it for a state of itself. */
  async #requireFit(path: string, extension: string): Promise<void> {
    requireAbsolute(path);
    if (extname(path) !== extension) {
      throw new AppError('INVALID_INPUT', { detail: `path: this kind of export ends in ${extension}.` });
    }
    const folder = await realpath(dirname(path)).catch(() => null);
    if (folder !== null && folder === (await realpath(this.#dependencies.home))) {
      throw new AppError('INVALID_INPUT', { detail: 'path: an export does not go into the home folder.' });
    }
  }
}
