import { copySource } from './copySource.ts';
import { bucketOf, type Exchange, isoTime, quoted, sendXml } from './exchange.ts';
import { headersToKeep } from './objectHeaders.ts';
import { S3Error } from './s3Error.ts';
import { headerOf } from './s3Request.ts';
import { taggedCopy } from './tags.ts';
import { writeAdmission } from './writeObject.ts';

export const copyObject = async (exchange: Exchange): Promise<void> => {
  const { request } = exchange;
  const target = bucketOf(exchange);
  const source = copySource(exchange);
  const directive = headerOf(request, 'x-amz-metadata-directive')?.toUpperCase() ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE')
    throw new S3Error('InvalidArgument', 'x-amz-metadata-directive is neither COPY nor REPLACE.');
  if (directive === 'COPY' && source.bucket === target && source.object.key === request.key)
    throw new S3Error('InvalidRequest', 'An object can be copied to itself only with new metadata.');
  const headers = taggedCopy(
    request,
    source.object.headers,
    directive === 'COPY' ? source.object.headers : headersToKeep(request),
  );
  const admit = writeAdmission(request);
  const object = await target.copy(source.bucket, source.object, request.key, headers, admit);
  sendXml(exchange, 'CopyObjectResult', {
    LastModified: isoTime(object.modifiedAtMs),
    ETag: quoted(object.etag),
  });
};
