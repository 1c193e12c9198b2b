import type { ServerResponse } from 'node:http';
import { parseAmzDate } from '../../main/sigv4/amzDate.ts';
import { ALGORITHM, parseCredential } from '../../main/sigv4/credentialScope.ts';
import { verifyPolicy } from '../../main/sigv4/postPolicy.ts';
import { deriveSigningKey } from '../../main/sigv4/signingKey.ts';
import type { Bucket, StoredObject } from '../objects/bucket.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import { checkDate, findLivingKey, type S3Key, type S3Keys } from './authenticate.ts';
import { quoted, sendEmpty, sendXml } from './exchange.ts';
import { headersOfForm } from './objectHeaders.ts';
import { type PostForm, readPostForm } from './postForm.ts';
import { checkPolicy, type PostPolicy } from './postPolicy.ts';
import { S3Error } from './s3Error.ts';
import { headerOf, type S3Request } from './s3Request.ts';

/** Whether a request is an upload by form: it carries what authenticates it in its body. */
export const isPostUpload = (request: S3Request): boolean =>
  request.method === 'POST' &&
  request.bucket !== '' &&
  request.key === '' &&
  request.query.size === 0 &&
  headerOf(request, 'authorization') === undefined &&
  /^multipart\/form-data\b/i.test(headerOf(request, 'content-type') ?? '');

interface PostExchange {
  readonly request: S3Request;
  readonly keys: S3Keys;
  readonly objects: ObjectStore;
  readonly nowMs: number;
  readonly response: ServerResponse;
}

/** Stores the file of a form whose policy was signed by a living key. @throws S3Error */
export const postObject = async (exchange: PostExchange): Promise<void> => {
  const { request, keys, objects, nowMs } = exchange;
  const form = await readPostForm(request.message);
  try {
    const key = formKey(form);
    const s3Key = authenticateForm(form.fields, keys, nowMs);
    const policy = checkPolicy(
      form.fields.get('policy') ?? '',
      new Map([...form.fields, ['bucket', request.bucket], ['key', key]]),
    );
    if (policy.expiresAtMs <= nowMs)
      throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
    if (!s3Key.buckets.includes(request.bucket) || s3Key.permission !== 'read-write')
      throw new S3Error('AccessDenied');
    const object = await store(objects.bucket(request.bucket), key, form, policy);
    answer(exchange, form.fields, key, object);
  } finally {
    form.file.resume();
  }
};

const formKey = ({ fields, filename }: PostForm): string => {
  const key = (fields.get('key') ?? '').replaceAll(/\$\{filename\}/g, () => filename);
  if (key === '') throw new S3Error('InvalidArgument', 'The form names no key.');
  return key;
};

const authenticateForm = (fields: PostForm['fields'], keys: S3Keys, nowMs: number): S3Key => {
  const policy = fields.get('policy') ?? '';
  const amzDate = fields.get('x-amz-date') ?? '';
  const scope = parseCredential(fields.get('x-amz-credential') ?? '');
  const amzDateMs = parseAmzDate(amzDate);
  if (fields.get('x-amz-algorithm') !== ALGORITHM || scope === null || amzDateMs === null)
    throw new S3Error('AccessDenied', 'The form carries no policy signed with AWS4-HMAC-SHA256.');
  const key = findLivingKey(keys, scope.accessKeyId, nowMs);
  const { dateStamp, region, service } = scope;
  const signingKey = deriveSigningKey(key.secretAccessKey, dateStamp, region, service);
  const isGenuine = verifyPolicy(policy, fields.get('x-amz-signature') ?? '', signingKey);
  if (service !== 's3' || !amzDate.startsWith(dateStamp) || !isGenuine)
    throw new S3Error('SignatureDoesNotMatch');
  checkDate(amzDateMs, nowMs);
  keys.touched(scope.accessKeyId);
  return key;
};

const store = (bucket: Bucket, key: string, form: PostForm, policy: PostPolicy): Promise<StoredObject> =>
  bucket.put(key, {
    body: measured(form.file, policy),
    headers: () => headersOfForm(form.fields),
    admit: () => undefined,
  });

async function* measured(
  file: AsyncIterable<Buffer>,
  { minBytes, maxBytes }: PostPolicy,
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > maxBytes) throw new S3Error('EntityTooLarge');
    yield chunk;
  }
  if (size < minBytes) throw new S3Error('EntityTooSmall');
}

const answer = (
  { request, response }: PostExchange,
  fields: PostForm['fields'],
  key: string,
  object: StoredObject,
): void => {
  const etag = quoted(object.etag);
  const location = `/${request.bucket}/${encodeURIComponent(Buffer.from(key, 'latin1').toString('utf8'))}`;
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: request.bucket, key, etag }))
      url.searchParams.set(name, value);
    sendEmpty({ response }, 303, { location: url.href, etag });
    return;
  }
  const status = fields.get('success_action_status');
  const described = { Location: location, Bucket: request.bucket, Key: key, ETag: etag };
  if (status === '201') sendXml({ response }, 'PostResponse', described, { etag, location }, 201);
  else sendEmpty({ response }, status === '200' ? 200 : 204, { etag, location });
};
