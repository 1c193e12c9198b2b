import type { HeaderPair, HttpRequestParts } from '../sigv4/requestParts.ts';
import { nominatedIn } from './entryGuard.ts';
import { hopHeaders } from './hopHeaders.ts';

const dropped = new Set([
  ...hopHeaders,
  // Of this hop, too; the framing and the host are set anew.
  'http2-settings',
  'expect',
  'host',
  'content-length',
  // Credentials and what belongs to a signature.
  'authorization',
  'cookie',
  'cookie2',
  'x-amz-security-token',
  'x-amz-date',
  'x-amz-content-sha256',
  // What could make the upstream believe in another client, host, path or method.
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-host',
  'x-http-host-override',
  'x-rewrite-url',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
]);
const droppedPrefix = /^(?:proxy-|x-forwarded|x-original-)/;

const signatureParameter =
  /^(?:X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)|AWSAccessKeyId)$/i;

/**
 * The request without anything that authenticates, frames or redirects it: what is left is the tool's own wish.
 * Path and the rest of the query stay byte for byte.
 */
export const stripInbound = (request: HttpRequestParts): HttpRequestParts => {
  const nominees = nominatedIn(request.headers);
  const isKept = ([name, value]: HeaderPair): boolean => {
    const lowerCaseName = name.toLowerCase();
    return (
      !dropped.has(lowerCaseName) &&
      !nominees.includes(lowerCaseName) &&
      !droppedPrefix.test(lowerCaseName) &&
      // Some servers read `x_forwarded_host` as `x-forwarded-host`. What is stored with an object is named as one likes.
      (!lowerCaseName.includes('_') || lowerCaseName.startsWith('x-amz-meta-')) &&
      // A tool may carry its token in a header of its own. What S3 stores is refused with it, not changed.
      (lowerCaseName.startsWith('x-amz-') || !/nfyio_(?:lt|at)_/.test(value))
    );
  };
  return {
    ...request,
    rawQuery: withoutSignatureParameters(request.rawQuery),
    headers: request.headers.filter(isKept),
  };
};

const withoutSignatureParameters = (rawQuery: string): string =>
  rawQuery === ''
    ? ''
    : rawQuery
        .split('&')
        .filter((pair) => !signatureParameter.test(nameOf(pair)))
        .join('&');

const nameOf = (pair: string): string => {
  const [name = ''] = pair.split('=');
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
};
