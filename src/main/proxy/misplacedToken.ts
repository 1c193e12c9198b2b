import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';

/** Each character as it is or percent-encoded, once or more often: URLs stand in URLs. */
const written = (text: string): string =>
  [...text].map((character) => `(?:${character}|%(?:25)*${character.charCodeAt(0).toString(16)})`).join('');

const anyToken = `${written('nfyio_')}(?:${written('l')}|(${written('a')}))${written('t_')}`;
const token = new RegExp(`${anyToken}[\\w%-]{16}`, 'i');
const beginOfToken = new RegExp(`${anyToken}[^/]*`, 'gi');

/** The path without anything that begins like a token, whole or not. */
export const withoutTokens = (rawPath: string): string => rawPath.replace(beginOfToken, '[redacted]');

/**
 * A token that would go on to the upstream, and into its logs: in the path, the query or what S3 stores with an
 * object. Other headers with a token in them have been left out; a body is not looked into.
 *
 * @param stripped a request as it is to be forwarded, but for our own authentication
 */
export const misplacedToken = ({ rawPath, rawQuery, headers }: HttpRequestParts): ErrorCode | null => {
  const kept = headers.filter(([name]) => name.toLowerCase().startsWith('x-amz-'));
  return tokenAmong([rawPath, rawQuery, ...kept.flat()]);
};

export const tokenAmong = (texts: readonly string[]): ErrorCode | null => {
  for (const text of texts) {
    const found = token.exec(text);
    if (found !== null) return found[1] === undefined ? 'CREDENTIAL_MISPLACED' : 'REAL_CREDENTIAL_REFUSED';
  }
  return null;
};
