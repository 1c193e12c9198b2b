import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore } from '../objects/objectStore.ts';
import { authenticate, type Caller, type S3Keys } from './authenticate.ts';
import { copyObject } from './copyObject.ts';
import { deleteObjects } from './deleteObjects.ts';
import type { Handler } from './exchange.ts';
import { listObjects, listObjectsV2 } from './listObjects.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import { neededPermission, type Operation, operationOf } from './operation.ts';
import { isPostUpload, postObject } from './postObject.ts';
import { headBucket, listBuckets, readBucketSetting } from './readBucket.ts';
import { readObject, readObjectAcl } from './readObject.ts';
import { asS3Error, S3Error, type S3ErrorCode } from './s3Error.ts';
import { headerOf, parseS3Request, type S3Request } from './s3Request.ts';
import { deleteTags, readTags, writeTags } from './tagging.ts';
import { deleteObject, putObject } from './writeObject.ts';
import { xmlError } from './xml.ts';

export interface S3HandlerOptions {
  readonly keys: S3Keys;
  readonly objects: ObjectStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of failures that are nobody's fault but ours; the client sees InternalError. */
  readonly onBug?: (error: unknown) => void;
  /** Payload words that this endpoint answers with NotImplemented, as many a store does with some of them. */
  readonly refusedModes?: ReadonlySet<string>;
}

const refuse =
  (code: S3ErrorCode): Handler =>
  () => {
    throw new S3Error(code);
  };

const handlers: Readonly<Record<Operation, Handler>> = {
  ListBuckets: listBuckets,
  HeadBucket: headBucket,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListUploads: listUploads,
  BucketSetting: readBucketSetting,
  ChangeBucket: refuse('AccessDenied'),
  DeleteObjects: deleteObjects,
  GetObject: readObject,
  HeadObject: readObject,
  GetObjectAcl: readObjectAcl,
  GetObjectTagging: readTags,
  PutObjectTagging: writeTags,
  DeleteObjectTagging: deleteTags,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  CreateUpload: createUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  ListParts: listParts,
  CompleteUpload: completeUpload,
  AbortUpload: abortUpload,
  MethodNotAllowed: refuse('MethodNotAllowed'),
  NotImplemented: refuse('NotImplemented'),
};

/** An S3 endpoint, path style, that serves no request whose signature it has not verified. */
export const createS3Handler = (
  options: S3HandlerOptions,
): ((message: IncomingMessage, response: ServerResponse) => void) => {
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    response.setHeader('x-amz-request-id', requestId);
    try {
      const request = parseS3Request(message);
      if (isPostUpload(request)) {
        await postObject({ ...options, request, nowMs: options.now(), response });
        return;
      }
      const caller = authenticate(request, options.keys, options.now());
      if (options.refusedModes?.has(caller.claim.payloadHash) === true) throw new S3Error('NotImplemented');
      const operation = operationOf({
        ...request,
        isCopy: headerOf(request, 'x-amz-copy-source') !== undefined,
      });
      authorise(operation, request, caller);
      await handlers[operation]({ request, caller, objects: options.objects, response });
    } catch (error) {
      const failure = asS3Error(error);
      const isClientGone = message.destroyed && !message.complete;
      if (failure.code === 'InternalError' && !isClientGone && !response.destroyed) options.onBug?.(error);
      sendError(message, response, failure, requestId);
    } finally {
      // What is left of a refused body must not stand in the way of the next request.
      if (!message.readableEnded) message.resume();
    }
  };
  return (message, response) => void answer(message, response);
};

const authorise = (operation: Operation, { bucket }: S3Request, { key }: Caller): void => {
  const needed = neededPermission(operation);
  const mayTouch = bucket === '' || key.buckets.includes(bucket);
  if (!mayTouch || needed === 'nobody' || (needed === 'read-write' && key.permission !== 'read-write'))
    throw new S3Error('AccessDenied');
};

const sendError = (
  message: IncomingMessage,
  response: ServerResponse,
  failure: S3Error,
  requestId: string,
): void => {
  // Half an answer cannot be taken back; a broken connection is the only honest end.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const resource = message.url?.split('?')[0] ?? '';
  const { code, message: text } = failure;
  const body = xmlError({ Code: code, Message: text, Resource: resource, RequestId: requestId });
  response.writeHead(failure.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
  });
  response.end(message.method === 'HEAD' ? undefined : body);
};
