import type { ErrorCode } from '../../shared/errorCodes.ts';
import { type HttpRequestParts, headerValues } from '../sigv4/requestParts.ts';

export interface ObjectName {
  readonly bucket: string;
  /** Decoded once, one character per byte. */
  readonly key: string;
}

/** What an S3 request is about, as far as a policy must know. */
export type S3Operation =
  | { readonly kind: 'listBuckets' }
  /** HeadBucket, GetBucketLocation. */
  | { readonly kind: 'lookAtBucket'; readonly bucket: string }
  /** Its policy, CORS rules, tags and the like, which tools read before they copy or show something. */
  | { readonly kind: 'readSetting'; readonly bucket: string }
  /** Of objects, versions or uploads in progress. */
  | { readonly kind: 'list'; readonly bucket: string; readonly prefix: string | null }
  /** DeleteObjects; an archive that is to be unpacked. */
  | { readonly kind: 'keysInBody'; readonly bucket: string }
  | {
      readonly kind: 'object';
      readonly object: ObjectName;
      readonly isWrite: boolean;
      /** Read as well, by UploadPartCopy and CopyObject: one object, which stores may know by two names. */
      readonly copySources: readonly ObjectName[];
    }
  | { readonly kind: 'refused'; readonly code: ErrorCode };

type Query = ReadonlyMap<string, string>;

const refused = (code: ErrorCode): S3Operation => ({ kind: 'refused', code });

/** Everything else in the query of a bucket is taken for one of its many settings. */
const listParameters = new Set([
  'list-type',
  'prefix',
  'delimiter',
  'encoding-type',
  'marker',
  'max-keys',
  'continuation-token',
  'start-after',
  'fetch-owner',
  'metadata',
  'versions',
  'key-marker',
  'version-id-marker',
  'uploads',
  'upload-id-marker',
  'max-uploads',
]);

/** Of a list of buckets. */
const bucketsParameters = new Set([...listParameters, 'max-buckets', 'bucket-region']);

/** Rights and retention of one object: settings like those of a bucket. */
const objectSettings = ['acl', 'policy', 'legal-hold', 'retention', 'torrent', 'object-lock'];

export const classifyS3 = (request: HttpRequestParts): S3Operation => {
  const query = parseQuery(request);
  const [, bucket = '', ...keySegments] = request.rawPath.split('/');
  const key = percentDecode(keySegments.join('/'));
  if (query === null || key === null) return refused('PATH_REFUSED');
  if (bucket === '') return classifyRoot(request, query, keySegments.length > 0);
  if (!isBucketName(bucket)) return refused('PATH_REFUSED');
  if (key === '') return classifyBucket(request.method, bucket, query);
  return classifyObject(request, { bucket, key }, query);
};

// Taken raw: an encoded letter in a bucket's name would let the name differ between us and the upstream.
export const isBucketName = (text: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/.test(text) && !text.includes('..');

const classifyRoot = ({ method }: HttpRequestParts, query: Query, hasKey: boolean): S3Operation => {
  if (hasKey) return refused('PATH_REFUSED');
  if (method !== 'GET' && method !== 'HEAD') return refused('BUCKET_ADMIN_FORBIDDEN');
  // With an `Action`, some stores take it for an order to their management of users and keys.
  return parametersOf(query).every((name) => bucketsParameters.has(name))
    ? { kind: 'listBuckets' }
    : refused('CREDENTIAL_API_FORBIDDEN');
};

const classifyBucket = (method: string, bucket: string, query: Query): S3Operation => {
  const parameters = parametersOf(query);
  // CreateSession answers with a key.
  if (query.has('session')) return refused('CREDENTIAL_API_FORBIDDEN');
  if (method === 'HEAD') return { kind: 'lookAtBucket', bucket };
  if (method === 'GET') {
    if (parameters.length === 1 && parameters[0] === 'location') return { kind: 'lookAtBucket', bucket };
    return parameters.every((name) => listParameters.has(name))
      ? { kind: 'list', bucket, prefix: query.get('prefix') ?? null }
      : { kind: 'readSetting', bucket };
  }
  if (method === 'POST')
    return parameters.length === 1 && parameters[0] === 'delete'
      ? { kind: 'keysInBody', bucket }
      : refused('METHOD_FORBIDDEN');
  return refused('BUCKET_ADMIN_FORBIDDEN');
};

/** What SDKs and presigned URLs add; it does not change the operation. */
const isNeutral = (name: string): boolean => name === 'x-id' || /^x-amz-/i.test(name);

const parametersOf = (query: Query): string[] => [...query.keys()].filter((name) => !isNeutral(name));

/** A source that S3 itself does not read there, but that others may: in the query, or under a name of their own. */
const namesForeignSource = (request: HttpRequestParts, query: Query): boolean =>
  [...query.keys()].some((name) => /-(?:copy|rename)-source$/i.test(name)) ||
  request.headers.some(([name]) => /-copy-source$/i.test(name) && name.toLowerCase() !== 'x-amz-copy-source');

const classifyObject = (request: HttpRequestParts, object: ObjectName, query: Query): S3Operation => {
  const { method } = request;
  const isWrite = method !== 'GET' && method !== 'HEAD';
  if (isWrite && objectSettings.some((name) => query.has(name))) return refused('OBJECT_SETTING_UNSUPPORTED');
  const isPlainPost =
    method === 'POST' && !['uploads', 'uploadId', 'restore'].some((name) => query.has(name));
  // A rename names its source in a header of its own.
  if (method === 'PATCH' || isPlainPost || query.has('renameObject')) return refused('METHOD_FORBIDDEN');
  if (request.headers.some(([name]) => /snowball-auto-extract$/i.test(name)))
    return { kind: 'keysInBody', bucket: object.bucket };
  if (namesForeignSource(request, query)) return refused('PATH_REFUSED');
  const [source, ...otherSources] = headerValues(request, 'x-amz-copy-source');
  if (source === undefined) return { kind: 'object', object, isWrite, copySources: [] };
  // S3 takes a `+` for a blank here, others take it as it is.
  const readings = source.includes('+') ? [source, source.replaceAll('+', ' ')] : [source];
  const copySources = readings.map(parseCopySource).filter((read) => read !== null);
  if (copySources.length === 0 || otherSources.length > 0 || method !== 'PUT') return refused('PATH_REFUSED');
  return { kind: 'object', object, isWrite, copySources };
};

const parseCopySource = (value: string): ObjectName | null => {
  const decoded = percentDecode(value.replace(/\?versionId=[^?]*$/, ''));
  if (decoded === null) return null;
  const [, bucket = '', key = ''] = /^\/?([^/]*)\/(.+)$/s.exec(decoded) ?? [];
  return isBucketName(bucket) && key !== '' ? { bucket, key } : null;
};

/** null when a name occurs twice or something can be read in two ways: it would be anyone's guess what is meant. */
const parseQuery = ({ method, rawQuery }: HttpRequestParts): Query | null => {
  const query = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equalsAt = pair.indexOf('=');
    const name = percentDecode(equalsAt === -1 ? pair : pair.slice(0, equalsAt));
    const value = percentDecode(equalsAt === -1 ? '' : pair.slice(equalsAt + 1).replaceAll('+', ' '));
    if (name === null || value === null || query.has(name) || isSplitBySome(method, pair)) return null;
    query.set(name, value);
  }
  return query;
};

/** A bare semicolon parts parameters for some servers. Where one is only handed back with a reply, tools do write it. */
const isSplitBySome = (method: string, pair: string): boolean =>
  pair.includes(';') && !(method === 'GET' && pair.startsWith('response-'));

const percentDecode = (text: string): string | null =>
  /%(?![0-9A-Fa-f]{2})/.test(text)
    ? null
    : text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
