import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';
import type { Grant } from './grants.ts';
import { isPlainPath, managesCredentials, routeAdmits } from './restPath.ts';
import { classifyS3, type ObjectName, type S3Operation } from './s3Operation.ts';

/** What a credential must be able to do to serve the request. */
export type Need =
  | { readonly kind: 'rest'; readonly rawPath: string; readonly isWrite: boolean }
  | { readonly kind: 'listBuckets' }
  | { readonly kind: 's3'; readonly buckets: readonly string[]; readonly isWrite: boolean };

export type PolicyDecision =
  | { readonly kind: 'allow'; readonly need: Need }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

const refuse = (code: ErrorCode): PolicyDecision => ({ kind: 'refuse', code });

/** Whether the connection admits the request. Its credentials are looked at later. */
export const judgeRequest = (grant: Grant, request: HttpRequestParts, nowMs: number): PolicyDecision => {
  const code = closedTo(grant, request.method, nowMs);
  if (code !== null) return refuse(code);
  return grant.kind === 'api' ? judgeRest(grant, request) : judgeS3(grant, classifyS3(request));
};

/** The same for an object whose key came in a form. */
export const judgeUpload = (grant: Grant, object: ObjectName, nowMs: number): PolicyDecision => {
  const code = closedTo(grant, 'POST', nowMs);
  return code === null ? judgeObjects(grant, [object], true) : refuse(code);
};

const closedTo = ({ expiresAtMs, methods }: Grant, method: string, nowMs: number): ErrorCode | null => {
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return 'CONNECTION_EXPIRED';
  return methods === null || admitsMethod(methods, method) ? null : 'METHOD_FORBIDDEN';
};

/** Who may GET may also ask with HEAD. */
const admitsMethod = (methods: readonly string[], method: string): boolean =>
  methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));

const judgeRest = (grant: Grant, { method, rawPath }: HttpRequestParts): PolicyDecision => {
  if (!isPlainPath(rawPath)) return refuse('PATH_REFUSED');
  const isWrite = method !== 'GET' && method !== 'HEAD';
  if (grant.readOnly && isWrite) return refuse('READ_ONLY');
  if (grant.route !== null && !routeAdmits(grant.route, rawPath)) return refuse('ROUTE_FORBIDDEN');
  if (isWrite && managesCredentials(rawPath)) return refuse('CREDENTIAL_API_FORBIDDEN');
  return { kind: 'allow', need: { kind: 'rest', rawPath, isWrite } };
};

const judgeS3 = (grant: Grant, operation: S3Operation): PolicyDecision => {
  switch (operation.kind) {
    case 'refused':
      return refuse(operation.code);
    case 'listBuckets':
      // The answer names every bucket of the key, so a narrowed connection does not get it.
      if (grant.buckets !== null) return refuse('BUCKET_FORBIDDEN');
      return grant.prefix === null
        ? { kind: 'allow', need: { kind: 'listBuckets' } }
        : refuse('PREFIX_FORBIDDEN');
    case 'lookAtBucket':
      return needBuckets(grant, [operation.bucket], false);
    case 'readSetting':
      // A lifecycle or a policy names other prefixes.
      return grant.prefix === null
        ? needBuckets(grant, [operation.bucket], false)
        : refuse('PREFIX_FORBIDDEN');
    case 'list':
      if (grant.prefix !== null && !isInside(grant.prefix, operation.prefix ?? ''))
        return refuse('PREFIX_FORBIDDEN');
      return needBuckets(grant, [operation.bucket], false);
    case 'keysInBody':
      // The body is not read before it is sent on.
      return grant.prefix === null
        ? needBuckets(grant, [operation.bucket], true)
        : refuse('PREFIX_FORBIDDEN');
    case 'object':
      return judgeObjects(grant, [operation.object, ...operation.copySources], operation.isWrite);
  }
};

const judgeObjects = (grant: Grant, objects: readonly ObjectName[], isWrite: boolean): PolicyDecision => {
  const { prefix } = grant;
  // A key may hold dot segments, but an upstream that resolves them would leave the bucket or the prefix.
  const isNarrowed = grant.buckets !== null || prefix !== null;
  if (isNarrowed && objects.some(({ key }) => /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/.test(key)))
    return refuse('PATH_REFUSED');
  const decision = needBuckets(
    grant,
    objects.map(({ bucket }) => bucket),
    isWrite,
  );
  if (decision.kind === 'refuse') return decision;
  if (prefix !== null && !objects.every(({ key }) => isInside(prefix, key)))
    return refuse('PREFIX_FORBIDDEN');
  return decision;
};

/** Ceph and MinIO take orders about users and their keys below these, signed like any other request. */
const administrative: ReadonlySet<string> = new Set(['admin', 'minio']);

const needBuckets = (grant: Grant, buckets: readonly string[], isWrite: boolean): PolicyDecision => {
  if (grant.readOnly && isWrite) return refuse('READ_ONLY');
  const allowed = grant.buckets;
  if (allowed !== null && !buckets.every((bucket) => allowed.includes(bucket)))
    return refuse('BUCKET_FORBIDDEN');
  if (allowed === null && buckets.some((bucket) => administrative.has(bucket)))
    return refuse('CREDENTIAL_API_FORBIDDEN');
  return { kind: 'allow', need: { kind: 's3', buckets: [...new Set(buckets)], isWrite } };
};

/** @param bytes one character per byte, as it came over the wire */
const isInside = (prefix: string, bytes: string): boolean =>
  bytes.startsWith(Buffer.from(prefix, 'utf8').toString('latin1'));
