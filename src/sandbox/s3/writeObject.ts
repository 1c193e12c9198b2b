import type { Admission } from '../objects/bucket.ts';
import { checkConditions } from './conditions.ts';
import { bucketOf, type Exchange, quoted, sendEmpty } from './exchange.ts';
import { headersToKeep } from './objectHeaders.ts';
import { requestBody } from './requestBody.ts';
import { S3Error } from './s3Error.ts';
import { headerOf, type S3Request } from './s3Request.ts';

/** `If-Match` and `If-None-Match` of a write, judged in the moment it would take effect. */
export const writeAdmission = (request: S3Request): Admission => {
  const ifMatch = headerOf(request, 'if-match');
  const conditions = {
    ifMatch,
    ifNoneMatch: headerOf(request, 'if-none-match'),
    ifModifiedSince: undefined,
    ifUnmodifiedSince: undefined,
  };
  return (current) => {
    if (ifMatch !== undefined && current === undefined) throw new S3Error('NoSuchKey');
    if (checkConditions(conditions, current) !== 'proceed') throw new S3Error('PreconditionFailed');
  };
};

export const putObject = async (exchange: Exchange): Promise<void> => {
  const { request, caller } = exchange;
  const bucket = bucketOf(exchange);
  const admit = writeAdmission(request);
  // Refused before the body is sent, where that can be known; judged again when it is there.
  admit(bucket.find(request.key));
  const body = requestBody(request, caller);
  const object = await bucket.put(request.key, {
    body: body.bytes,
    headers: () => ({ ...headersToKeep(request), ...body.checksumHeader() }),
    admit,
  });
  sendEmpty(exchange, 200, { etag: quoted(object.etag), ...body.checksumHeader() });
};

export const deleteObject = async (exchange: Exchange): Promise<void> => {
  const { request } = exchange;
  await bucketOf(exchange).remove(request.key, writeAdmission(request));
  sendEmpty(exchange, 204);
};
