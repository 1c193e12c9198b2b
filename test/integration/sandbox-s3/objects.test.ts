import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const Bucket = 'first';

const put = (Key: string, Body: string | Uint8Array = 'hello') =>
  sandbox.client().send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (Key: string, options: object = {}): Promise<string> => {
  const { Body } = await sandbox.client().send(new GetObjectCommand({ Bucket, Key, ...options }));
  return (await Body?.transformToString()) ?? '';
};

describe('keys', () => {
  const oddKeys = [
    'a b',
    'a+b',
    '100%',
    'a%20b',
    'a%2Fb',
    'a//b',
    '/leading',
    'trailing/',
    '~user',
    'é/漢字/😀',
    'what?',
    'hash#tag',
    'a&b=c',
    'a/./b',
    'a/../b',
    '..',
    '.',
    "!*'();:@,$[]",
    '<xml>&amp;"quoted"',
    'constructor',
    '__proto__',
    'x'.repeat(1024),
  ];

  it.each(oddKeys)(
    'keeps %j apart from every other key, through put, head, get, list, copy and delete',
    async (Key) => {
      const client = sandbox.client();
      await put(Key, `the body of ${Key}`);
      expect(await get(Key)).toBe(`the body of ${Key}`);
      expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(
        Buffer.byteLength(`the body of ${Key}`),
      );
      const listed = await client.send(new ListObjectsV2Command({ Bucket }));
      expect(listed.Contents?.map((object) => object.Key)).toEqual([Key]);
      const source = `${Bucket}/${encodeURIComponent(Key)}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: source }));
      expect(await get('copy')).toBe(`the body of ${Key}`);
      await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: 'copy' }] } }),
      );
      expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    },
  );

  it('refuses a key of more than 1,024 bytes', () =>
    expect(put('x'.repeat(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' }));
});

describe('an object', () => {
  it('comes back with its headers and metadata, and an ETag that is its MD5', async () => {
    const client = sandbox.client();
    const made = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'described',
        Body: 'hello',
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: 'max-age=60',
        ContentDisposition: 'attachment; filename="a.txt"',
        ContentEncoding: 'identity',
        ContentLanguage: 'de',
        Metadata: { colour: 'blue', empty: '' },
      }),
    );
    expect(made.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'described' }));
    expect(head).toMatchObject({
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Metadata: { colour: 'blue', empty: '' },
      AcceptRanges: 'bytes',
      ETag: made.ETag,
    });
  });

  it('takes a stream of known length in a trailer-checksummed body', async () => {
    const bytes = randomBytes(300_000);
    await sandbox.client().send(
      new PutObjectCommand({
        Bucket,
        Key: 'streamed',
        Body: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)], { objectMode: false }),
        ContentLength: bytes.length,
        ContentEncoding: 'gzip',
      }),
    );
    const got = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(got.ContentEncoding).toBe('gzip');
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes)).toBe(0);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'proves the %s checksum of the client and gives it back',
    async (ChecksumAlgorithm) => {
      const client = sandbox.client();
      await client.send(new PutObjectCommand({ Bucket, Key: 'sum', Body: '123456789', ChecksumAlgorithm }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' }));
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBe(
        {
          CRC32: 'y/Q5Jg==',
          CRC32C: '4waSgw==',
          CRC64NVME: 'rosUhgp5mIg=',
          SHA1: createHash('sha1').update('123456789').digest('base64'),
          SHA256: createHash('sha256').update('123456789').digest('base64'),
        }[ChecksumAlgorithm],
      );
      expect(await got.Body?.transformToString()).toBe('123456789');
    },
  );

  it('is the old one to whoever is reading it while it is replaced and deleted', async () => {
    const old = randomBytes(4_000_000);
    await put('replaced', old);
    const { Body } = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'replaced' }));
    await put('replaced', 'new');
    expect(await get('replaced')).toBe('new');
    await sandbox.client().send(new DeleteObjectCommand({ Bucket, Key: 'replaced' }));
    expect(Buffer.compare(Buffer.from((await Body?.transformToByteArray()) ?? []), old)).toBe(0);
  });

  it('is still there after a restart, and litter of a crash is not', async () => {
    await put('lasting', 'still here');
    await writeFile(`${sandbox.folder}/first/data/half-written`, 'litter');
    await sandbox.reopen();
    expect(await get('lasting')).toBe('still here');
    expect(await sandbox.dataFiles(Bucket)).not.toContain('half-written');
  });

  it('may be empty', async () => {
    await put('nothing', '');
    expect(await get('nothing')).toBe('');
  });

  it('is not there: NoSuchKey, and deleting it is no failure', async () => {
    await expect(get('absent')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await sandbox.client().send(new DeleteObjectCommand({ Bucket, Key: 'absent' }));
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=0-1', '0123456789', undefined],
  ])('%s is %s', async (Range, expected, contentRange) => {
    await put('digits', '0123456789');
    const got = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect(await got.Body?.transformToString()).toBe(expected);
    expect(got.ContentRange).toBe(contentRange);
    expect(got.$metadata.httpStatusCode).toBe(contentRange === undefined ? 200 : 206);
  });

  it('behind the end is InvalidRange', async () => {
    await put('digits', '0123456789');
    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });
});

describe('a condition', () => {
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);

  it('lets a read through or not', async () => {
    const { ETag: etag } = await put('conditional');
    const status = (options: object): Promise<number | undefined> =>
      sandbox
        .client()
        .send(new HeadObjectCommand({ Bucket, Key: 'conditional', ...options }))
        .then(
          ({ $metadata }) => $metadata.httpStatusCode,
          (error) => error.$metadata.httpStatusCode,
        );
    expect(await status({ IfMatch: etag })).toBe(200);
    expect(await status({ IfMatch: '"other"' })).toBe(412);
    expect(await status({ IfNoneMatch: etag })).toBe(304);
    expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
    expect(await status({ IfModifiedSince: past })).toBe(200);
    expect(await status({ IfModifiedSince: future })).toBe(304);
    expect(await status({ IfUnmodifiedSince: past })).toBe(412);
    expect(await status({ IfUnmodifiedSince: future })).toBe(200);
    expect(await status({ IfMatch: etag, IfUnmodifiedSince: past })).toBe(200);
  });

  it('lets exactly one of many creators win', async () => {
    const attempts = Array.from({ length: 8 }, (_, index) =>
      sandbox
        .client()
        .send(new PutObjectCommand({ Bucket, Key: 'once', Body: `${index}`, IfNoneMatch: '*' }))
        .then(
          () => 'made',
          (error) => error.name,
        ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed')).toHaveLength(7);
  });

  it('keeps a write from replacing what the writer has not seen', async () => {
    const { ETag: etag } = await put('seen', 'one');
    const write = (IfMatch: string | undefined) =>
      sandbox.client().send(new PutObjectCommand({ Bucket, Key: 'seen', Body: 'two', IfMatch }));
    await write(etag);
    await expect(write(etag)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await get('seen')).toBe('two');
  });
});

describe('a copy', () => {
  const copy = (options: object) =>
    sandbox
      .client()
      .send(
        new CopyObjectCommand({ Bucket: 'second', Key: 'copied', CopySource: 'first/origin', ...options }),
      );

  it('takes the metadata along, or new metadata instead', async () => {
    const client = sandbox.client();
    const origin = { Bucket, Key: 'origin', Body: 'x', ContentType: 'text/a', Metadata: { from: 'origin' } };
    await client.send(new PutObjectCommand(origin));
    await copy({});
    const head = () => client.send(new HeadObjectCommand({ Bucket: 'second', Key: 'copied' }));
    expect(await head()).toMatchObject({ ContentType: 'text/a', Metadata: { from: 'origin' } });
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'text/b', Metadata: { from: 'copy' } });
    expect(await head()).toMatchObject({ ContentType: 'text/b', Metadata: { from: 'copy' } });
    await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(copy({ CopySource: 'first/absent' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('onto itself needs new metadata', () =>
    expect(copy({ Bucket, Key: 'origin' })).rejects.toMatchObject({ name: 'InvalidRequest' }));
});
