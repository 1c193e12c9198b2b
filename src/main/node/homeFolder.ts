import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import envPaths from 'env-paths';
import { AppError, systemCode } from '../lib/appError.ts';
import { ensurePrivateFolder } from '../lib/privateFolder.ts';

/** The platform's usual place, the same for every host. */
export const defaultHome = (): string => envPaths('nfyio-vault', { suffix: '' }).data;

/**
 * Makes the home folder, for this user alone.
 * @returns what was put right, in words
 * @throws AppError HOME_UNUSABLE
 */
export const prepareHome = async (home: string): Promise<readonly string[]> => {
  const narrowed = await ensurePrivateFolder(home);
  try {
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError('HOME_UNUSABLE', {
      detail: `${home} cannot be written to (${systemCode(cause) ?? 'unknown'}).`,
      cause,
    });
  }
  return narrowed === null ? [] : [narrowed];
};
