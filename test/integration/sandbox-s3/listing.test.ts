import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const Bucket = 'first';
const keys = ['a/1', 'a/2', 'a/b/3', 'b', 'c d', 'c+d', 'd/1', 'd/2', '\u{ff5e}', '\u{1f600}'];

beforeAll(async () => {
  for (const Key of keys) await sandbox.client().send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});

const page = async (options: object) => {
  const { Contents, CommonPrefixes, ...rest } = await sandbox
    .client()
    .send(new ListObjectsV2Command({ Bucket, ...options }));
  return {
    ...rest,
    keys: Contents?.map(({ Key }) => Key) ?? [],
    prefixes: CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
  };
};

describe('listing objects', () => {
  it('goes in the order of UTF-8 bytes', async () => expect((await page({})).keys).toEqual(keys));

  it('narrows to a prefix and folds at a delimiter', async () => {
    expect((await page({ Prefix: 'a/' })).keys).toEqual(['a/1', 'a/2', 'a/b/3']);
    expect(await page({ Delimiter: '/' })).toMatchObject({
      keys: ['b', 'c d', 'c+d', '\u{ff5e}', '\u{1f600}'],
      prefixes: ['a/', 'd/'],
      KeyCount: 7,
    });
    expect(await page({ Prefix: 'a/', Delimiter: '/' })).toMatchObject({
      keys: ['a/1', 'a/2'],
      prefixes: ['a/b/'],
    });
  });

  it.each([1, 2, 3, 1000])('comes in pages of %i without losing or repeating anything', async (pageSize) => {
    const found: (string | undefined)[] = [];
    let pages = 0;
    for await (const { Contents, CommonPrefixes } of paginateListObjectsV2(
      { client: sandbox.client(), pageSize },
      { Bucket, Delimiter: '/' },
    )) {
      found.push(
        ...(Contents ?? []).map(({ Key }) => Key),
        ...(CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      pages += 1;
    }
    expect(found.sort()).toEqual(['a/', 'b', 'c d', 'c+d', 'd/', '\u{ff5e}', '\u{1f600}'].sort());
    expect(pages).toBe(Math.ceil(7 / pageSize));
  });

  it('starts behind a key, shows owners when asked, encodes names when asked', async () => {
    expect((await page({ StartAfter: 'c d' })).keys).toEqual(keys.slice(5));
    expect((await page({ MaxKeys: 0 })).IsTruncated).toBe(false);
    const owned = await sandbox
      .client()
      .send(new ListObjectsV2Command({ Bucket, FetchOwner: true, MaxKeys: 1 }));
    expect(owned.Contents?.[0]?.Owner?.ID).toBe('WRITER');
    expect((await page({ EncodingType: 'url', Prefix: 'c' })).keys).toEqual(['c%20d', 'c%2Bd']);
  });

  it('pages the old way by marker', async () => {
    const list = (Marker?: string) =>
      sandbox.client().send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/', Marker }));
    const first = await list();
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b' });
    const second = await list(first.NextMarker);
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c d', 'c+d']);
  });

  it.each([{ ContinuationToken: '!' }, { MaxKeys: -1 }, { EncodingType: 'base64' as never }])(
    'refuses %j',
    (options) => expect(page(options)).rejects.toMatchObject({ name: 'InvalidArgument' }),
  );
});

describe('deleting many', () => {
  it('removes what is there, does not mind what is not, and is silent when asked', async () => {
    const Objects = ['many & more', 'line\rbreak', 'absent'].map((Key) => ({ Key }));
    await sandbox.client().send(new PutObjectCommand({ Bucket, Key: 'many & more', Body: 'x' }));
    const loud = await sandbox.client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
    const quiet = { Bucket, Delete: { Objects, Quiet: true } };
    expect((await sandbox.client().send(new DeleteObjectsCommand(quiet))).Deleted).toBeUndefined();
    expect((await page({})).keys).toEqual(keys);
  });

  it('takes a thousand keys full of entities, and refuses one more', async () => {
    const objects = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ Key: `<&>"${index}"` }));
    const remove = (count: number) =>
      sandbox.client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects(count) } }));
    expect((await remove(1000)).Deleted).toHaveLength(1000);
    await expect(remove(1001)).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});

describe('buckets', () => {
  it('shows those of the key only', async () => {
    const { Buckets } = await sandbox.client().send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['first', 'second']);
  });

  it('answers what clients ask of them', async () => {
    const client = sandbox.client();
    await client.send(new HeadBucketCommand({ Bucket }));
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeFalsy();
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    const { Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
    // s3cmd breaks off where the type of the grantee is missing.
    expect(Grants?.map(({ Grantee, Permission }) => [Grantee?.Type, Permission])).toEqual([
      ['CanonicalUser', 'FULL_CONTROL'],
    ]);
    await expect(client.send(new HeadBucketCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'missing' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  it.each([
    new CreateBucketCommand({ Bucket: 'second' }),
    new DeleteBucketCommand({ Bucket: 'second' }),
    new PutBucketPolicyCommand({ Bucket: 'second', Policy: '{}' }),
  ])('cannot be made, deleted or set up with an S3 key (%#)', (command) =>
    expect(sandbox.client().send(command as CreateBucketCommand)).rejects.toMatchObject({
      name: 'AccessDenied',
    }),
  );
});
