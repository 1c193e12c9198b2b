import { AppError } from '../../lib/appError.ts';
import { awsCredentials } from './awsCredentials.ts';
import { dotenv } from './dotenv.ts';
import { rcloneConf } from './rcloneConf.ts';
import { s3cfg } from './s3cfg.ts';
import type { SourceFormat } from './source.ts';

/** Foreign files are written by hand: a larger one is something else. */
export const MAX_SOURCE_BYTES = 1024 * 1024;

/** The ones with sections first: a line of theirs could be one of a `.env` file. */
const formats: readonly SourceFormat[] = [awsCredentials, s3cfg, rcloneConf, dotenv];

/** The text, exactly: what is not UTF-8 could not be written back as it was. @throws AppError IMPORT_UNREADABLE */
export const textOf = (bytes: Buffer): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below.
  }
  throw new AppError('IMPORT_UNREADABLE', { detail: 'It is not a text in UTF-8.' });
};

/** @throws AppError IMPORT_UNREADABLE */
export const formatOf = (text: string): SourceFormat => {
  if (/^RCLONE_ENCRYPT_V\d+:/m.test(text)) {
    throw new AppError('IMPORT_UNREADABLE', {
      detail: 'It is an encrypted rclone.conf.',
      hint: 'Decrypt it first (`rclone config`), and encrypt it again afterwards.',
    });
  }
  const format = formats.find((candidate) => candidate.recognises(text));
  if (format === undefined) {
    throw new AppError('IMPORT_UNREADABLE', { detail: 'No credential of a known form is in it.' });
  }
  return format;
};
