import type { ServerResponse } from 'node:http';
import type { Bucket } from '../objects/bucket.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import type { Caller } from './authenticate.ts';
import { S3Error } from './s3Error.ts';
import type { S3Request } from './s3Request.ts';
import { type XmlContent, xmlDocument } from './xml.ts';

/** One authenticated request with everything that is needed to answer it. */
export interface Exchange {
  readonly request: S3Request;
  readonly caller: Caller;
  readonly objects: ObjectStore;
  readonly response: ServerResponse;
}

export type Handler = (exchange: Exchange) => Promise<void> | void;

/** The bucket named by the request; the caller may see it, but it need not exist. */
export const bucketOf = ({ objects, request }: Exchange): Bucket => objects.bucket(request.bucket);

export const sendXml = (
  { response }: Pick<Exchange, 'response'>,
  root: string,
  fields: Readonly<Record<string, XmlContent>>,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): void => {
  const body = xmlDocument(root, fields);
  response.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
};

export const sendEmpty = (
  { response }: Pick<Exchange, 'response'>,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, status === 200 ? { 'content-length': 0, ...headers } : headers);
  response.end();
};

export const quoted = (etag: string): string => `"${etag}"`;
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
export const httpTime = (epochMs: number): string => new Date(epochMs).toUTCString();

/** A whole number from the query. */
export const numberParameter = (
  { query }: S3Request,
  name: string,
  standard: number,
  limits: { readonly min: number; readonly max: number },
): number => {
  const text = query.get(name);
  if (text === undefined || text === '') return standard;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limits.min && value <= limits.max))
    throw new S3Error('InvalidArgument', `${name} is not a number from ${limits.min} to ${limits.max}.`);
  return value;
};
