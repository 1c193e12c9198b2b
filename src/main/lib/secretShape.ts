import { AppError } from './appError.ts';

/** Catches the paste into the wrong field. The service's own forms are undocumented, so nothing else is judged. */

const looksLikeAccessKey = (text: string): boolean =>
  /^(?:AKIA|ASIA|NFYLOCAL)[A-Z0-9]{8,}/.test(text) || text.startsWith('{');
const looksLikeToken = (text: string): boolean => /^nfyio_(?:at|lt)_/.test(text);
const isHeaderSafe = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

const wrongKind = (detail: string): AppError => new AppError('CREDENTIAL_WRONG_KIND', { detail });

const localKind = (detail: string): AppError =>
  wrongKind(detail).withHint('Give the real one, as the service showed it; local ones are for tools.');

const requireHeaderSafe = (text: string, what: string): void => {
  if (isHeaderSafe(text)) return;
  throw new AppError('INVALID_INPUT', {
    detail: `The ${what} is empty or has spaces, line breaks or letters outside ASCII.`,
  });
};

/** Files and pipes end in one line break that is not part of the secret; anything more is left to be refused. */
export const withoutFinalLineBreak = (text: string): string => text.replace(/\r?\n$/, '');

/** @throws AppError CREDENTIAL_WRONG_KIND | INVALID_INPUT */
export const checkTokenShape = (token: string): void => {
  if (looksLikeAccessKey(token)) throw wrongKind('This looks like an S3 access key where a token is wanted.');
  if (token.startsWith('nfyio_lt_')) {
    throw localKind('This is a local token of a connection, not an access token of the service.');
  }
  requireHeaderSafe(token, 'token');
};

/** @throws AppError CREDENTIAL_WRONG_KIND */
export const requireNoToken = (text: string): void => {
  if (looksLikeToken(text))
    throw wrongKind('This looks like an access token where an S3 access key is wanted.');
};

/** @throws AppError CREDENTIAL_WRONG_KIND | INVALID_INPUT */
export const checkKeyShape = (accessKeyId: string, secretAccessKey: string): void => {
  requireNoToken(accessKeyId);
  requireNoToken(secretAccessKey);
  if (accessKeyId.startsWith('NFYLOCAL')) {
    throw localKind('This is the local key of a connection, not an access key of the service.');
  }
  requireHeaderSafe(accessKeyId, 'access key id');
  requireHeaderSafe(secretAccessKey, 'secret access key');
};
