import { readFile } from 'node:fs/promises';
import { AppError, systemCode } from '../main/lib/appError.ts';
import { withoutFinalLineBreak } from './stdin.ts';
import { askHidden, isTerminal } from './terminal.ts';

/** The passphrase from --passphrase-file, else from $NFYIO_VAULT_PASSPHRASE_FILE; undefined when neither is given. */
export const givenPassphrase = async (fileOption: string | undefined): Promise<string | undefined> => {
  const file = fileOption ?? (process.env.NFYIO_VAULT_PASSPHRASE_FILE || undefined);
  if (file === undefined) return undefined;
  try {
    const bytes = await readFile(file);
    const text = bytes.toString('utf8');
    bytes.fill(0);
    return withoutFinalLineBreak(text);
  } catch (cause) {
    throw new AppError('PASSPHRASE_FILE_UNREADABLE', {
      detail: `${file} (${systemCode(cause) ?? 'unknown reason'})`,
      cause,
    });
  }
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
