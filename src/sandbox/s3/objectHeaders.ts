import type { KeptHeaders, StoredObject } from '../objects/bucket.ts';
import { httpTime, quoted } from './exchange.ts';
import { storedContentEncoding } from './payloadPlan.ts';
import { headerOf, type S3Request } from './s3Request.ts';
import { checkedTags, TAGGING_HEADER, tagCountHeader } from './tags.ts';

const kept = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'] as const;
const overridable = [...kept, 'content-encoding'] as const;

/** What a PUT, a copy with new metadata, or a new upload says about the object it makes. */
export const headersToKeep = (request: S3Request): KeptHeaders => {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of kept) {
    const value = headerOf(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const encoding = storedContentEncoding(headerOf(request, 'content-encoding') ?? '');
  if (encoding !== '') headers['content-encoding'] = encoding;
  const tags = checkedTags(new URLSearchParams(headerOf(request, TAGGING_HEADER)));
  if (tags.size > 0) headers[TAGGING_HEADER] = tags.toString();
  // A presigned request carries its metadata in the query.
  for (const [name, value] of [...request.query, ...request.parts.headers])
    if (/^x-amz-meta-./i.test(name)) headers[name.toLowerCase()] = value.trim();
  return headers;
};

/** The same for an upload by form. */
export const headersOfForm = (fields: ReadonlyMap<string, string>): KeptHeaders => {
  const isKept = (name: string): boolean =>
    overridable.some((wanted) => wanted === name) || /^x-amz-meta-./.test(name);
  const sent = [...fields].filter(([name, value]) => isKept(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value));
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(sent) };
};

/** The headers of a GET or HEAD answer, without those about its length. */
export const headersToSend = (request: S3Request, object: StoredObject, isWhole: boolean): KeptHeaders => {
  const showsChecksum = isWhole && headerOf(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const own = Object.entries(object.headers).filter(
    ([name]) => name !== TAGGING_HEADER && (showsChecksum || !name.startsWith('x-amz-checksum-')),
  );
  const overrides = overridable.flatMap((name) => {
    const value = request.query.get(`response-${name}`);
    return value === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(value) ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(overrides),
    ...tagCountHeader(object.headers),
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': httpTime(object.modifiedAtMs),
  };
};
