import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';
import { startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const Bucket = 'first';
const MIB = 1024 * 1024;
const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

const create = async (Key: string): Promise<{ Bucket: string; Key: string; UploadId: string }> => {
  const { UploadId = '' } = await sandbox
    .client()
    .send(new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { kept: 'yes' } }));
  return { Bucket, Key, UploadId };
};
type Place = Awaited<ReturnType<typeof create>>;

const part = async (place: Place, PartNumber: number, Body: Uint8Array | string) => {
  const { ETag } = await sandbox.client().send(new UploadPartCommand({ ...place, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (place: Place, Parts: { PartNumber: number; ETag: string | undefined }[]) =>
  sandbox.client().send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts } }));

describe('a multipart upload', () => {
  it('of three parts becomes one object, read whole and across the seams', async () => {
    const bytes = randomBytes(12 * MIB);
    const upload = new Upload({
      client: sandbox.client(),
      params: { Bucket, Key: 'big é/file', Body: Readable.from([bytes], { objectMode: false }) },
      partSize: 5 * MIB,
    });
    const { ETag } = (await upload.done()) as { ETag?: string };
    const parts = [bytes.subarray(0, 5 * MIB), bytes.subarray(5 * MIB, 10 * MIB), bytes.subarray(10 * MIB)];
    expect(ETag).toBe(`"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3"`);
    const read = async (Range?: string) => {
      const got = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'big é/file', Range }));
      return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    };
    expect(Buffer.compare(await read(), bytes)).toBe(0);
    const [start, end] = [5 * MIB - 10, 10 * MIB + 9];
    expect(Buffer.compare(await read(`bytes=${start}-${end}`), bytes.subarray(start, end + 1))).toBe(0);
  });

  it('shows its parts and itself until it ends, also after a restart', async () => {
    const place = await create('pending');
    await part(place, 2, 'two');
    await part(place, 1, 'first try');
    await part(place, 1, 'one');
    await sandbox.reopen();
    const listed = await sandbox.client().send(new ListPartsCommand(place));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 3],
      [2, 3],
    ]);
    const page = await sandbox.client().send(new ListPartsCommand({ ...place, MaxParts: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    const uploads = await sandbox.client().send(new ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual(['pending']);
    await sandbox.client().send(new AbortMultipartUploadCommand(place));
    await expect(part(place, 3, 'late')).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(
      (await sandbox.client().send(new ListMultipartUploadsCommand({ Bucket }))).Uploads,
    ).toBeUndefined();
  });

  it('is listed among many of one key, page by page', async () => {
    const places = [await create('same'), await create('same'), await create('same')];
    const found: (string | undefined)[] = [];
    let marker = {};
    for (let page = 0; page < 3; page += 1) {
      const listed = await sandbox
        .client()
        .send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'same', MaxUploads: 1, ...marker }));
      found.push(...(listed.Uploads ?? []).map(({ UploadId }) => UploadId));
      marker = { KeyMarker: listed.NextKeyMarker, UploadIdMarker: listed.NextUploadIdMarker };
      expect(listed.IsTruncated).toBe(page < 2);
    }
    expect(found.sort()).toEqual(places.map(({ UploadId }) => UploadId).sort());
    for (const place of places) await sandbox.client().send(new AbortMultipartUploadCommand(place));
  });

  it('leaves no bytes behind when it is aborted or when parts are left out', async () => {
    const before = (await sandbox.dataFiles(Bucket)).length;
    const aborted = await create('aborted');
    await part(aborted, 1, 'x');
    await sandbox.client().send(new AbortMultipartUploadCommand(aborted));
    expect(await sandbox.dataFiles(Bucket)).toHaveLength(before);
    const partial = await create('partial');
    const used = await part(partial, 1, 'used');
    await part(partial, 2, 'unused');
    await complete(partial, [used]);
    expect(await sandbox.dataFiles(Bucket)).toHaveLength(before + 1);
    const got = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'partial' }));
    expect(await got.Body?.transformToString()).toBe('used');
    expect(got.Metadata).toEqual({ kept: 'yes' });
  });

  it('copies a range of another object as a part', async () => {
    await sandbox.client().send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const place = await create('assembled');
    const { CopyPartResult } = await sandbox.client().send(
      new UploadPartCopyCommand({
        ...place,
        PartNumber: 1,
        CopySource: 'first/source',
        CopySourceRange: 'bytes=2-4',
      }),
    );
    await complete(place, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const got = await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'assembled' }));
    expect(await got.Body?.transformToString()).toBe('234');
  });

  it('is not completed with wrong, unordered, small or no parts', async () => {
    const place = await create('wrong');
    const [one, two] = [await part(place, 1, 'small'), await part(place, 2, 'small')];
    await expect(complete(place, [{ ...one, ETag: '"other"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete(place, [two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(place, [one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete(place, [])).rejects.toMatchObject({ name: 'MalformedXML' });
    await expect(part(place, 10_001, 'x')).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(complete({ ...place, Key: 'another' }, [one])).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await complete(place, [one]);
    await expect(complete(place, [one])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
