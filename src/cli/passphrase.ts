import { createReadStream } from 'node:fs';
import { AppError, systemCode } from '../main/lib/appError.ts';
import { withoutFinalLineBreak } from '../main/lib/secretShape.ts';
import { askHidden, isTerminal } from './terminal.ts';

/** As much as stdin may bring; a device has no end. */
const MAX_BYTES = 64 * 1024;

/** Also of a pipe, which is how a shell passes what another program prints. */
const readStart = async (file: string): Promise<string> => {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(file, { highWaterMark: MAX_BYTES })) {
    pieces.push(piece);
    length += piece.length;
    if (length > MAX_BYTES) break;
  }
  const bytes = Buffer.concat(pieces);
  for (const piece of pieces) piece.fill(0);
  if (length > MAX_BYTES) throw new Error('it is no passphrase: it does not end');
  const text = bytes.toString('utf8');
  bytes.fill(0);
  return text;
};

const problemOf = (error: Error): string => {
  const code = systemCode(error);
  return code === 'ENOENT' ? 'there is no such file' : (code ?? error.message);
};

/** The passphrase from --passphrase-file, else from $NFYIO_VAULT_PASSPHRASE_FILE; undefined when neither is given. */
export const givenPassphrase = async (fileOption: string | undefined): Promise<string | undefined> => {
  const file = fileOption ?? (process.env.NFYIO_VAULT_PASSPHRASE_FILE || undefined);
  if (file === undefined) return undefined;
  const passphrase = await readStart(file).then(withoutFinalLineBreak, (cause: Error) => {
    throw new AppError('PASSPHRASE_FILE_UNREADABLE', { detail: `${file}: ${problemOf(cause)}.`, cause });
  });
  if (passphrase === '') throw new AppError('PASSPHRASE_NEEDED', { detail: `${file} is empty.` });
  return passphrase;
};

const requireTerminal = (): void => {
  if (!isTerminal()) throw new AppError('PASSPHRASE_NEEDED');
};

/** @throws AppError PASSPHRASE_NEEDED where there is no terminal */
export const askPassphrase = (what = 'the vault'): Promise<string> => {
  requireTerminal();
  return askHidden(`Passphrase of ${what}`);
};

/** Asks twice: a typing mistake here would lock the person out for good. */
export const askNewPassphrase = async (what = 'the new vault'): Promise<string> => {
  requireTerminal();
  const first = await askHidden(`Choose a passphrase for ${what} (at least 8 characters)`);
  const second = await askHidden('The same passphrase again');
  if (first !== second) throw new AppError('INVALID_INPUT', { detail: 'The two passphrases differ.' });
  return first;
};
