import { parseRange } from './byteRange.ts';
import { copySource } from './copySource.ts';
import { bucketOf, type Exchange, isoTime, numberParameter, quoted, sendEmpty, sendXml } from './exchange.ts';
import { headersToKeep } from './objectHeaders.ts';
import { readSmallBody, requestBody } from './requestBody.ts';
import { S3Error } from './s3Error.ts';
import { headerOf, type S3Request } from './s3Request.ts';
import { writeAdmission } from './writeObject.ts';
import { parseXml, textOfBytes } from './xml.ts';

const MAX_PARTS = 10_000;
const MAX_COMPLETE_BYTES = 2 * 1024 * 1024;

const uploadIdOf = ({ query }: S3Request): string => query.get('uploadId') ?? '';
const partNumberOf = (request: S3Request): number =>
  numberParameter(request, 'partNumber', 0, { min: 1, max: MAX_PARTS });

export const createUpload = async (exchange: Exchange): Promise<void> => {
  const { request } = exchange;
  const uploadId = await bucketOf(exchange).uploads.create(request.key, headersToKeep(request));
  const algorithm = headerOf(request, 'x-amz-checksum-algorithm');
  sendXml(
    exchange,
    'InitiateMultipartUploadResult',
    { Bucket: request.bucket, Key: textOfBytes(request.key), UploadId: uploadId },
    algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm },
  );
};

export const uploadPart = async (exchange: Exchange): Promise<void> => {
  const { request, caller } = exchange;
  const { uploads } = bucketOf(exchange);
  const partNumber = partNumberOf(request);
  const body = requestBody(request, caller);
  const part = await uploads.putPart(uploadIdOf(request), request.key, partNumber, body.bytes);
  sendEmpty(exchange, 200, { etag: quoted(part.etag), ...body.checksumHeader() });
};

export const uploadPartCopy = async (exchange: Exchange): Promise<void> => {
  const { request } = exchange;
  const { uploads } = bucketOf(exchange);
  const partNumber = partNumberOf(request);
  const { bucket, object } = copySource(exchange);
  const rangeHeader = headerOf(request, 'x-amz-copy-source-range');
  const range = parseRange(rangeHeader, object.size);
  if (range.kind === 'unsatisfiable' || (range.kind === 'whole' && rangeHeader !== undefined))
    throw new S3Error('InvalidArgument', 'x-amz-copy-source-range is not a range of the source.');
  const bytes = range.kind === 'part' ? bucket.read(object, range.start, range.end) : bucket.read(object);
  const part = await uploads.putPart(uploadIdOf(request), request.key, partNumber, bytes);
  sendXml(exchange, 'CopyPartResult', { LastModified: isoTime(part.modifiedAtMs), ETag: quoted(part.etag) });
};

export const completeUpload = async (exchange: Exchange): Promise<void> => {
  const { request, caller } = exchange;
  const { uploads } = bucketOf(exchange);
  const chosen = parseChosenParts(await readSmallBody(request, caller, MAX_COMPLETE_BYTES));
  const admit = writeAdmission(request);
  const object = await uploads.complete(uploadIdOf(request), request.key, chosen, admit);
  sendXml(exchange, 'CompleteMultipartUploadResult', {
    Location: request.parts.rawPath,
    Bucket: request.bucket,
    Key: textOfBytes(request.key),
    ETag: quoted(object.etag),
  });
};

const parseChosenParts = (xml: string): { partNumber: number; etag: string }[] => {
  const { Part: parts } = parseXml(xml, 'CompleteMultipartUpload', ['Part']);
  if (!Array.isArray(parts) || parts.length > MAX_PARTS) throw new S3Error('MalformedXML');
  return parts.map((part: Record<string, unknown>) => {
    const { PartNumber: partNumber, ETag: etag } = part;
    if (typeof partNumber !== 'string' || typeof etag !== 'string') throw new S3Error('MalformedXML');
    return { partNumber: Number(partNumber), etag: etag.trim().replace(/^"|"$/g, '') };
  });
};

export const abortUpload = async (exchange: Exchange): Promise<void> => {
  await bucketOf(exchange).uploads.abort(uploadIdOf(exchange.request), exchange.request.key);
  sendEmpty(exchange, 204);
};

export const listParts = (exchange: Exchange): void => {
  const { request, caller } = exchange;
  const upload = bucketOf(exchange).uploads.get(uploadIdOf(request), request.key);
  const marker = numberParameter(request, 'part-number-marker', 0, { min: 0, max: MAX_PARTS });
  const maxParts = Math.min(numberParameter(request, 'max-parts', 1000, { min: 0, max: 2 ** 31 }), 1000);
  const behind = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((left, right) => left.partNumber - right.partNumber);
  const page = behind.slice(0, maxParts);
  sendXml(exchange, 'ListPartsResult', {
    Bucket: request.bucket,
    Key: textOfBytes(request.key),
    UploadId: upload.uploadId,
    Initiator: { ID: caller.accessKeyId },
    Owner: { ID: caller.accessKeyId },
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber,
    MaxParts: maxParts,
    IsTruncated: behind.length > page.length,
    Part: page.map(({ partNumber, modifiedAtMs, etag, size }) => ({
      PartNumber: partNumber,
      LastModified: isoTime(modifiedAtMs),
      ETag: quoted(etag),
      Size: size,
    })),
  });
};

export const listUploads = (exchange: Exchange): void => {
  const { request, caller } = exchange;
  const prefix = request.query.get('prefix') ?? '';
  const keyMarker = request.query.get('key-marker') ?? '';
  const maxUploads = Math.min(numberParameter(request, 'max-uploads', 1000, { min: 1, max: 2 ** 31 }), 1000);
  const uploadIdMarker = request.query.get('upload-id-marker') ?? '';
  const uploads = bucketOf(exchange)
    .uploads.list()
    .filter(({ key }) => key.startsWith(prefix));
  const marked = uploads.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === uploadIdMarker);
  const behind = marked === -1 ? uploads.filter(({ key }) => key > keyMarker) : uploads.slice(marked + 1);
  const page = behind.slice(0, maxUploads);
  const isTruncated = behind.length > page.length;
  sendXml(exchange, 'ListMultipartUploadsResult', {
    Bucket: request.bucket,
    Prefix: textOfBytes(prefix),
    KeyMarker: textOfBytes(keyMarker),
    UploadIdMarker: uploadIdMarker,
    NextKeyMarker: isTruncated ? textOfBytes(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: isTruncated ? page.at(-1)?.uploadId : undefined,
    MaxUploads: maxUploads,
    IsTruncated: isTruncated,
    Upload: page.map(({ key, uploadId, createdAtMs }) => ({
      Key: textOfBytes(key),
      UploadId: uploadId,
      Initiator: { ID: caller.accessKeyId },
      Owner: { ID: caller.accessKeyId },
      StorageClass: 'STANDARD',
      Initiated: isoTime(createdAtMs),
    })),
  });
};
