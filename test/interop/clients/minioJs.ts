import { writeFile } from 'node:fs/promises';
import { Client, CopyDestinationOptions, CopySourceOptions } from 'minio';
import type { LocalPair, RealClient } from './realClient.ts';

export const minioJs = (pair: LocalPair): RealClient => {
  const { hostname, port } = new URL(pair.endpoint);
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: pair.accessKeyId,
    secretKey: pair.secretAccessKey,
    region: 'us-east-1',
    pathStyle: true,
    partSize: 5 * 1024 * 1024,
  });
  const put = async (file: string, bucket: string, key: string): Promise<void> =>
    void (await client.fPutObject(bucket, key, file));
  return {
    name: 'minio-js',
    absent: null,
    put,
    describe: async (file, bucket, key, name, value) =>
      void (await client.fPutObject(bucket, key, file, { [`x-amz-meta-${name}`]: value })),
    get: (bucket, key, file) => client.fGetObject(bucket, key, file),
    head: async (bucket, key) => (await client.statObject(bucket, key)).size,
    list: async (bucket, prefix) => {
      const keys: string[] = [];
      for await (const { name } of client.listObjectsV2(bucket, prefix, true)) keys.push(name);
      return keys;
    },
    copy: async (bucket, from, to) => {
      const source = new CopySourceOptions({ Bucket: bucket, Object: from });
      await client.copyObject(source, new CopyDestinationOptions({ Bucket: bucket, Object: to }));
    },
    remove: (bucket, key) => client.removeObject(bucket, key),
    removeMany: async (bucket, keys) => void (await client.removeObjects(bucket, [...keys])),
    multipart: put,
    range: async (bucket, key, first, last, file) =>
      writeFile(file, await client.getPartialObject(bucket, key, first, last - first + 1)),
    isUnchanged: null,
    presign: (bucket, key) => client.presignedGetObject(bucket, key, 60),
    tag: async (bucket, key, name, value) => {
      await client.setObjectTagging(bucket, key, { [name]: value });
      const tags = (await client.getObjectTagging(bucket, key)).flat();
      return tags.find(({ Key }) => Key === name)?.Value ?? '';
    },
  };
};
