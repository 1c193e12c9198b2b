import type { ImportFormat, Skipped } from '../../shared/contract/transfer.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { digestOf, readLocalFile, readStart } from '../files/localFile.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import { passphraseWrapper } from '../vault/passphraseWrapper.ts';
import { openCopy } from '../vault/vaultCopy.ts';
import { MAX_VAULT_BYTES } from '../vault/vaultFile.ts';
import { withAwsConfig } from './awsConfig.ts';
import type { Incoming } from './incoming.ts';
import { MAX_PLAIN_EXPORT_BYTES, readPlainExport } from './plainExport.ts';
import { readExport } from './readExport.ts';
import { readSource } from './readSource.ts';
import { formatOf, MAX_SOURCE_BYTES, textOf } from './sources/detect.ts';

export interface ReadImport {
  readonly format: ImportFormat;
  readonly incoming: readonly Incoming[];
  readonly skipped: readonly Skipped[];
  /** Of a foreign file; null for an export. */
  readonly sourceDigest: string | null;
}

interface HowToRead {
  readonly passphrase: Secret | undefined;
  /** Where what a foreign file holds goes; undefined: nobody said. */
  readonly workspace: Workspace | undefined;
  readonly createdAt: string;
  /** @throws when it is no address that the product talks to */
  readonly endpointOrigin: (url: string) => string;
}

const START_BYTES = 512;
const SEALED_START = 'NFYVAULT';

const ownWorkspaces = (workspace: Workspace | undefined): void => {
  if (workspace === undefined) return;
  throw new AppError('INVALID_INPUT', {
    detail: 'workspace: an export brings its own workspaces.',
    hint: 'Leave the workspace out.',
  });
};

const readSealed = async (path: string, how: HowToRead): Promise<ReadImport> => {
  ownWorkspaces(how.workspace);
  if (how.passphrase === undefined) {
    throw new AppError('PASSPHRASE_NEEDED', { hint: 'The file is a sealed export: give its passphrase.' });
  }
  const bytes = await readLocalFile(path, MAX_VAULT_BYTES);
  const records = await openCopy(bytes, passphraseWrapper(how.passphrase));
  return { format: 'export-sealed', ...readExport(records, how.endpointOrigin), sourceDigest: null };
};

const readPlain = async (path: string, how: HowToRead): Promise<ReadImport> => {
  ownWorkspaces(how.workspace);
  const bytes = await readLocalFile(path, MAX_PLAIN_EXPORT_BYTES);
  const records = readPlainExport(textOf(bytes));
  bytes.fill(0);
  return { format: 'export-plain', ...readExport(records, how.endpointOrigin), sourceDigest: null };
};

const readForeign = async (path: string, { workspace, createdAt }: HowToRead): Promise<ReadImport> => {
  const bytes = await readLocalFile(path, MAX_SOURCE_BYTES);
  const text = textOf(bytes);
  const sourceDigest = digestOf(bytes);
  bytes.fill(0);
  const format = formatOf(text);
  if (workspace === undefined) {
    throw new AppError('INVALID_INPUT', {
      detail: 'workspace: the file does not say where its credentials belong.',
      hint: 'Name the workspace that they are for (--workspace W).',
    });
  }
  const read = format.read(text);
  const source = format.name === 'aws' ? await withAwsConfig(path, read) : read;
  return { format: format.name, ...readSource(source, workspace, createdAt), sourceDigest };
};

/** Reads a file of any kind that can be imported; the kind is seen by what is in it. @throws AppError */
export const readImport = async (path: string, how: HowToRead): Promise<ReadImport> => {
  const start = (await readStart(path, START_BYTES)).toString('latin1');
  if (start.startsWith(SEALED_START)) return readSealed(path, how);
  return start.trimStart().startsWith('{') ? readPlain(path, how) : readForeign(path, how);
};
