import type { Bucket } from '../objects/bucket.ts';
import { type ListingPage, listPage } from '../objects/listing.ts';
import { bucketOf, type Exchange, isoTime, numberParameter, quoted, sendXml } from './exchange.ts';
import { S3Error } from './s3Error.ts';
import type { S3Request } from './s3Request.ts';
import { textOfBytes, urlEncodedKey, type XmlContent } from './xml.ts';

const MAX_KEYS = 1000;

export const listObjectsV2 = (exchange: Exchange): void => {
  const { request, caller } = exchange;
  const token = request.query.get('continuation-token');
  const startAfter = request.query.get('start-after');
  const common = commonPart(exchange, token === undefined ? (startAfter ?? '') : placeOf(token));
  const owner = request.query.get('fetch-owner') === 'true' ? caller.accessKeyId : null;
  sendXml(exchange, 'ListBucketResult', {
    ...common.fields,
    KeyCount: common.page.keys.length + common.page.commonPrefixes.length,
    ContinuationToken: token,
    NextContinuationToken: common.page.isTruncated ? tokenOf(common.page.last) : undefined,
    StartAfter: startAfter === undefined ? undefined : common.show(startAfter),
    ...entries(common, owner),
  });
};

export const listObjects = (exchange: Exchange): void => {
  const { request, caller } = exchange;
  const marker = request.query.get('marker') ?? '';
  const common = commonPart(exchange, marker);
  sendXml(exchange, 'ListBucketResult', {
    ...common.fields,
    Marker: common.show(marker),
    NextMarker: common.page.isTruncated ? common.show(common.page.last) : undefined,
    ...entries(common, caller.accessKeyId),
  });
};

interface CommonPart {
  readonly bucket: Bucket;
  readonly page: ListingPage;
  readonly fields: Readonly<Record<string, XmlContent>>;
  show(bytes: string): string;
}

const commonPart = (exchange: Exchange, after: string): CommonPart => {
  const { request } = exchange;
  const bucket = bucketOf(exchange);
  const isUrlEncoded = isUrlEncodingWanted(request);
  const show = isUrlEncoded ? urlEncodedKey : textOfBytes;
  const prefix = request.query.get('prefix') ?? '';
  const delimiter = request.query.get('delimiter') ?? '';
  const maxKeys = Math.min(
    numberParameter(request, 'max-keys', MAX_KEYS, { min: 0, max: 2 ** 31 }),
    MAX_KEYS,
  );
  const page = listPage(bucket.keys(), { prefix, delimiter, after, maxKeys });
  const fields = {
    Name: request.bucket,
    Prefix: show(prefix),
    Delimiter: delimiter === '' ? undefined : show(delimiter),
    MaxKeys: maxKeys,
    EncodingType: isUrlEncoded ? 'url' : undefined,
    IsTruncated: page.isTruncated,
  };
  return { bucket, page, fields, show };
};

const isUrlEncodingWanted = ({ query }: S3Request): boolean => {
  const type = query.get('encoding-type');
  if (type !== undefined && type.toLowerCase() !== 'url')
    throw new S3Error('InvalidArgument', 'encoding-type can only be url.');
  return type !== undefined;
};

const entries = ({ bucket, page, show }: CommonPart, owner: string | null) => ({
  Contents: page.keys.map((key) => {
    const { modifiedAtMs, etag, size } = bucket.get(key);
    return {
      Key: show(key),
      LastModified: isoTime(modifiedAtMs),
      ETag: quoted(etag),
      Size: size,
      StorageClass: 'STANDARD',
      Owner: owner === null ? undefined : { ID: owner, DisplayName: owner },
    };
  }),
  CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: show(prefix) })),
});

/** A continuation token is the place where the page before it ended. */
const tokenOf = (place: string): string => Buffer.from(`1${place}`, 'latin1').toString('base64url');

const placeOf = (token: string): string => {
  const place = Buffer.from(token, 'base64url').toString('latin1');
  if (!place.startsWith('1')) throw new S3Error('InvalidArgument', 'The continuation token is not valid.');
  return place.slice(1);
};
