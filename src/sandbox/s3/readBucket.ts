import { bucketOf, type Exchange, isoTime, sendEmpty, sendXml } from './exchange.ts';
import { privateAcl } from './readObject.ts';
import { S3Error, type S3ErrorCode } from './s3Error.ts';
import type { XmlContent } from './xml.ts';

/** Only the buckets that the key may see. */
export const listBuckets = (exchange: Exchange): void => {
  const { caller, objects } = exchange;
  const visible = objects.listBuckets().filter(({ name }) => caller.key.buckets.includes(name));
  sendXml(exchange, 'ListAllMyBucketsResult', {
    Owner: { ID: caller.accessKeyId, DisplayName: caller.accessKeyId },
    Buckets: {
      Bucket: visible.map(({ name, createdAtMs }) => ({ Name: name, CreationDate: isoTime(createdAtMs) })),
    },
  });
};

export const headBucket = (exchange: Exchange): void => {
  bucketOf(exchange);
  sendEmpty(exchange, 200, { 'x-amz-bucket-region': 'us-east-1' });
};

/** The settings of a bucket as those of a new one. They cannot be changed with an S3 key. */
export const readBucketSetting = (exchange: Exchange): void => {
  bucketOf(exchange);
  const asked = (name: string): boolean => exchange.request.query.has(name);
  const answer = Object.entries(answers(exchange.caller.accessKeyId)).find(([name]) => asked(name));
  if (answer === undefined)
    throw new S3Error(Object.entries(absent).find(([name]) => asked(name))?.[1] ?? 'NotImplemented');
  const [, [root, fields]] = answer;
  sendXml(exchange, root, fields);
};

const answers = (
  owner: string,
): Record<string, readonly [root: string, fields: Record<string, XmlContent>]> => ({
  location: ['LocationConstraint', {}],
  versioning: ['VersioningConfiguration', {}],
  acl: ['AccessControlPolicy', privateAcl(owner)],
  requestPayment: ['RequestPaymentConfiguration', { Payer: 'BucketOwner' }],
  logging: ['BucketLoggingStatus', {}],
});

const absent: Record<string, S3ErrorCode> = {
  policy: 'NoSuchBucketPolicy',
  cors: 'NoSuchCORSConfiguration',
  lifecycle: 'NoSuchLifecycleConfiguration',
  tagging: 'NoSuchTagSet',
  encryption: 'ServerSideEncryptionConfigurationNotFoundError',
};
