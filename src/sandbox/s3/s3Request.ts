import type { IncomingMessage } from 'node:http';
import { queryPairs } from '../../main/sigv4/canonicalQuery.ts';
import type { HeaderPair, HttpRequestParts } from '../../main/sigv4/requestParts.ts';
import { percentDecode } from '../../main/sigv4/uriEncoding.ts';
import { S3Error } from './s3Error.ts';

const MAX_KEY_BYTES = 1024;

/** A path-style request, taken apart. Bucket, key and query hold one character per byte. */
export interface S3Request {
  readonly parts: HttpRequestParts;
  readonly method: string;
  /** Empty on the service itself. */
  readonly bucket: string;
  /** Empty on the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly message: IncomingMessage;
}

export const parseS3Request = (message: IncomingMessage): S3Request => {
  const { rawHeaders, url = '', method = '' } = message;
  if (!url.startsWith('/')) throw new S3Error('InvalidURI');
  const question = url.indexOf('?');
  const rawPath = question === -1 ? url : url.slice(0, question);
  const rawQuery = question === -1 ? '' : url.slice(question + 1);
  const headers: HeaderPair[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  // The path is taken as received. Normalising `//` or `..` would name another object.
  const slash = rawPath.indexOf('/', 1);
  const bucket = percentDecode(slash === -1 ? rawPath.slice(1) : rawPath.slice(1, slash));
  const key = slash === -1 ? '' : percentDecode(rawPath.slice(slash + 1));
  if (key.length > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError');
  return {
    parts: { method, rawPath, rawQuery, headers },
    method,
    bucket,
    key,
    query: new Map(queryPairs(rawQuery)),
    message,
  };
};

export const headerOf = ({ message }: S3Request, name: string): string | undefined => {
  const value = message.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};
