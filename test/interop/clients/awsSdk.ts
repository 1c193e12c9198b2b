import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { LocalPair, RealClient } from './realClient.ts';

export const sdkClient = ({ endpoint, accessKeyId, secretAccessKey }: LocalPair): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });

export const awsSdk = (pair: LocalPair): RealClient => {
  const client = sdkClient(pair);
  const read = async (bucket: string, key: string, file: string, range?: string): Promise<void> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
  };
  return {
    name: '@aws-sdk/client-s3',
    absent: null,
    put: async (file, bucket, key) =>
      void (await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file) }),
      )),
    describe: async (file, bucket, key, name, value) => {
      const Metadata = { [name]: value };
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file), Metadata }),
      );
    },
    get: (bucket, key, file) => read(bucket, key, file),
    head: async (bucket, key) =>
      (await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength ?? -1,
    list: async (bucket, prefix) => {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
      );
      return Contents.map(({ Key = '' }) => Key);
    },
    copy: async (bucket, from, to) => {
      const CopySource = `${bucket}/${encodeURIComponent(from)}`;
      await client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource }));
    },
    remove: async (bucket, key) =>
      void (await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))),
    removeMany: async (bucket, keys) => {
      const Objects = keys.map((Key) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    },
    multipart: async (file, bucket, key) => {
      const params = { Bucket: bucket, Key: key, Body: createReadStream(file) };
      await new Upload({ client, params }).done();
    },
    range: (bucket, key, first, last, file) => read(bucket, key, file, `bytes=${first}-${last}`),
    isUnchanged: async (bucket, key, etag) => {
      const asking = client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfNoneMatch: etag }));
      return asking.then(
        () => false,
        (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 304,
      );
    },
    presign: (bucket, key) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: 60 }),
    tag: async (bucket, key, name, value) => {
      const at = { Bucket: bucket, Key: key };
      const Tagging = { TagSet: [{ Key: name, Value: value }] };
      await client.send(new PutObjectTaggingCommand({ ...at, Tagging }));
      return (await client.send(new GetObjectTaggingCommand(at))).TagSet?.[0]?.Value ?? '';
    },
  };
};
