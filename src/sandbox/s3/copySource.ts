import { percentDecode } from '../../main/sigv4/uriEncoding.ts';
import type { Bucket, StoredObject } from '../objects/bucket.ts';
import { checkConditions } from './conditions.ts';
import type { Exchange } from './exchange.ts';
import { S3Error } from './s3Error.ts';
import { headerOf } from './s3Request.ts';

/** The object that `x-amz-copy-source` names, when the caller may read it and its conditions hold. */
export const copySource = ({
  request,
  caller,
  objects,
}: Exchange): { readonly bucket: Bucket; readonly object: StoredObject } => {
  const [path = '', version] = (headerOf(request, 'x-amz-copy-source') ?? '').split('?');
  if (version !== undefined && version !== 'versionId=null') throw new S3Error('NotImplemented');
  const [, bucketName, key] = /^\/?([^/]+)\/(.+)$/s.exec(percentDecode(path)) ?? [];
  if (bucketName === undefined || key === undefined)
    throw new S3Error('InvalidArgument', 'x-amz-copy-source is not /bucket/key.');
  if (!caller.key.buckets.includes(bucketName)) throw new S3Error('AccessDenied');
  const bucket = objects.bucket(bucketName);
  const object = bucket.get(key);
  const condition = checkConditions(
    {
      ifMatch: headerOf(request, 'x-amz-copy-source-if-match'),
      ifNoneMatch: headerOf(request, 'x-amz-copy-source-if-none-match'),
      ifModifiedSince: headerOf(request, 'x-amz-copy-source-if-modified-since'),
      ifUnmodifiedSince: headerOf(request, 'x-amz-copy-source-if-unmodified-since'),
    },
    object,
  );
  if (condition !== 'proceed') throw new S3Error('PreconditionFailed');
  return { bucket, object };
};
