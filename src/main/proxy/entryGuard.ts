import type { ErrorCode } from '../../shared/errorCodes.ts';
import { type HeaderPair, type HttpRequestParts, valuesOf } from '../sigv4/requestParts.ts';

/** A request as the parser gave it, before anything of it is believed. */
export interface ArrivedRequest {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: readonly HeaderPair[];
  /** The port of the listener it came in by. */
  readonly port: number;
  /** Whether `<bucket>.localhost` may be asked for, too. */
  readonly admitsBucketHosts: boolean;
}

export type Entry =
  | {
      readonly kind: 'pass';
      readonly request: HttpRequestParts;
      /** Named by the Host. The caller lets it in only with a signature that covers that Host. */
      readonly bucketHost: string | null;
    }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

const MAX_HEADERS = 200;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_TARGET_BYTES = 16 * 1024;

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controlCharacter = /[\x00-\x08\x0a-\x1f\x7f]/;
/** What `Connection` may not name: it would take away what decides where a request goes and how long it is. */
const notConnectionBound =
  /^(?:host|content-length|transfer-encoding|content-type|content-encoding|authorization|cookie|range|expect|x-amz-.*|x-nfyio-.*)$/;

/**
 * Lets in what an ordinary program sends to this very listener, and nothing else. It knows no credential: a web
 * page that holds a valid one is turned away all the same.
 */
export const guardEntry = (arrived: ArrivedRequest): Entry => {
  const values = groupByName(arrived.headers);
  const malformed = malformation(arrived, values);
  if (malformed !== null) return refuse(malformed);
  const host = readHost(values, arrived);
  if (host === null) return refuse('HOST_REFUSED');
  const code =
    browserSign(values) ??
    (values.has('upgrade') ? 'UPGRADE_REFUSED' : null) ??
    (isExpectationKnown(values) ? null : 'EXPECTATION_UNKNOWN') ??
    (methods.has(arrived.method) ? null : 'METHOD_FORBIDDEN');
  return code === null ? parseTarget(arrived, host.bucket) : refuse(code);
};

const refuse = (code: ErrorCode): Entry => ({ kind: 'refuse', code });

type Values = ReadonlyMap<string, readonly string[]>;

const groupByName = (headers: readonly HeaderPair[]): Values => {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const lowerCaseName = name.toLowerCase();
    const known = values.get(lowerCaseName);
    if (known === undefined) values.set(lowerCaseName, [value]);
    else known.push(value);
  }
  return values;
};

const malformation = (arrived: ArrivedRequest, values: Values): ErrorCode | null => {
  const { headers, target, httpVersion } = arrived;
  let headerBytes = 0;
  for (const [name, value] of headers) headerBytes += name.length + value.length + 4;
  const isTooMuch =
    headers.length > MAX_HEADERS || headerBytes > MAX_HEADER_BYTES || target.length > MAX_TARGET_BYTES;
  const isUnclean =
    headers.some(([name, value]) => !token.test(name) || controlCharacter.test(value)) ||
    !/^[\x21-\x7e]+$/.test(target);
  const isSound =
    (httpVersion === '1.1' || (httpVersion === '1.0' && values.has('host'))) &&
    !isTooMuch &&
    !isUnclean &&
    isFramingClear(values, httpVersion) &&
    isConnectionPlain(values);
  return isSound ? null : 'MALFORMED_REQUEST';
};

/** One length, told one way: anything else is read differently by different parsers. */
const isFramingClear = (values: Values, httpVersion: string): boolean => {
  const lengths = values.get('content-length') ?? [];
  const encodings = values.get('transfer-encoding') ?? [];
  if (lengths.length + encodings.length > 1) return false;
  if (encodings.length === 1 && httpVersion !== '1.1') return false;
  return (
    lengths.every((length) => /^\d{1,15}$/.test(length)) &&
    encodings.every((encoding) => encoding.toLowerCase() === 'chunked')
  );
};

const isConnectionPlain = (values: Values): boolean =>
  connectionNominees(values.get('connection') ?? []).every(
    (nominee) => token.test(nominee) && !notConnectionBound.test(nominee),
  );

const isExpectationKnown = (values: Values): boolean => {
  const [expectation, ...more] = values.get('expect') ?? [];
  return expectation === undefined || (more.length === 0 && expectation.toLowerCase() === '100-continue');
};

/** Lower-case names that a `Connection` header lists. */
const connectionNominees = (connectionValues: readonly string[]): readonly string[] =>
  connectionValues.length === 0
    ? noNames
    : connectionValues
        .flatMap((value) => value.split(','))
        .map((nominee) => nominee.trim().toLowerCase())
        .filter((nominee) => nominee !== '');

const noNames: readonly string[] = [];

/** The same for all headers of a message. */
export const nominatedIn = (headers: readonly HeaderPair[]): readonly string[] =>
  connectionNominees(valuesOf(headers, 'connection'));

/** A rebound DNS name shows in the Host line only: neither Origin nor Sec-Fetch-* come with it. */
const readHost = (
  values: Values,
  { port, admitsBucketHosts }: ArrivedRequest,
): { readonly bucket: string | null } | null => {
  const [host = '', ...others] = values.get('host') ?? [];
  if (others.length > 0) return null;
  if (isOwnAuthority(host, port)) return { bucket: null };
  const ending = `.localhost:${port}`;
  const bucket = host.endsWith(ending) ? host.slice(0, -ending.length) : '';
  return admitsBucketHosts && isHostedBucket(bucket) ? { bucket } : null;
};

const isOwnAuthority = (authority: string, port: number): boolean =>
  authority === `127.0.0.1:${port}` || authority.toLowerCase() === `localhost:${port}`;

/** The names that S3 gives to new buckets; older ones, with capitals or underscores, are no host names. */
const isHostedBucket = (name: string): boolean =>
  /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(name) &&
  !/^\d+(?:\.\d+){3}$/.test(name);

/** Browsers tell where a request comes from; Sec-Fetch-Mode alone is what Node's own `fetch` sends. */
const browserSign = (values: Values): ErrorCode | null => {
  const isFromPage =
    values.has('origin') ||
    hasFetchMetadata(values) ||
    values.get('referer')?.some((referer) => /^\s*https?:/i.test(referer)) === true;
  return isFromPage ? 'BROWSER_REFUSED' : null;
};

const hasFetchMetadata = (values: Values): boolean => {
  for (const name of values.keys())
    if (name.startsWith('sec-fetch-') && name !== 'sec-fetch-mode') return true;
  return false;
};

const parseTarget = ({ method, target, headers, port }: ArrivedRequest, bucketHost: string | null): Entry => {
  const originForm = target.startsWith('/') ? target : ownAbsoluteForm(target, port);
  // A target in absolute form outranks the Host: together with a bucket's Host it would name two places.
  if (originForm === null || (bucketHost !== null && originForm !== target))
    return refuse('MALFORMED_REQUEST');
  if (originForm.includes('#')) return refuse('PATH_REFUSED');
  const queryAt = originForm.indexOf('?');
  const rawPath = queryAt === -1 ? originForm : originForm.slice(0, queryAt);
  const rawQuery = queryAt === -1 ? '' : originForm.slice(queryAt + 1);
  return { kind: 'pass', request: { method, rawPath, rawQuery, headers }, bucketHost };
};

const ownAbsoluteForm = (target: string, port: number): string | null => {
  const [, authority = '', rest = ''] = /^http:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (!isOwnAuthority(authority, port)) return null;
  return rest.startsWith('/') ? rest : `/${rest}`;
};
