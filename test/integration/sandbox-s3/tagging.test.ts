import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const Bucket = 'first';

const put = (Key: string, Tagging?: string) =>
  sandbox.client().send(new PutObjectCommand({ Bucket, Key, Body: 'hello', Tagging, Metadata: { a: 'b' } }));
const tag = (Key: string, TagSet: Tag[]) =>
  sandbox.client().send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
const tagsOf = async (Key: string): Promise<Tag[]> =>
  (await sandbox.client().send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet ?? [];

const stage = { Key: 'stage', Value: 'prod & test <1>' };
const owner = { Key: 'owner', Value: 'ünï+ö' };

describe('the tags of an object', () => {
  it('are none at first, are what was put, and go', async () => {
    await put('plain');
    expect(await tagsOf('plain')).toEqual([]);
    await tag('plain', [stage, owner]);
    expect(await tagsOf('plain')).toEqual([stage, owner]);
    await sandbox.client().send(new DeleteObjectTaggingCommand({ Bucket, Key: 'plain' }));
    expect(await tagsOf('plain')).toEqual([]);
  });

  it('come with the upload and are counted on reading', async () => {
    await put('uploaded', 'stage=prod%20%26%20test%20%3C1%3E&owner=%C3%BCn%C3%AF%2B%C3%B6');
    expect(await tagsOf('uploaded')).toEqual([stage, owner]);
    expect((await sandbox.client().send(new GetObjectCommand({ Bucket, Key: 'uploaded' }))).TagCount).toBe(2);
  });

  it('change nothing else of the object, also after a restart', async () => {
    await put('kept');
    const before = await sandbox.client().send(new HeadObjectCommand({ Bucket, Key: 'kept' }));
    await tag('kept', [stage]);
    await sandbox.reopen();
    const after = await sandbox.client().send(new HeadObjectCommand({ Bucket, Key: 'kept' }));
    expect(after.LastModified).toEqual(before.LastModified);
    expect(after.ETag).toBe(before.ETag);
    expect(after.Metadata).toEqual({ a: 'b' });
    expect(await tagsOf('kept')).toEqual([stage]);
  });

  it('go along with a copy, unless the copy brings its own', async () => {
    await put('source', 'stage=one');
    const copy = (Key: string, input: object) =>
      sandbox.client().send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...input }));
    await copy('with', { MetadataDirective: 'REPLACE', Metadata: { other: 'metadata' } });
    expect(await tagsOf('with')).toEqual([{ Key: 'stage', Value: 'one' }]);
    await copy('without', { TaggingDirective: 'REPLACE', Tagging: 'stage=two' });
    expect(await tagsOf('without')).toEqual([{ Key: 'stage', Value: 'two' }]);
  });

  it.each([
    ['eleven of them', Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' }))],
    ['the same name twice', [stage, stage]],
    ['a name of 129 characters', [{ Key: 'x'.repeat(129), Value: '' }]],
    ['a value of 257 characters', [{ Key: 'x', Value: 'x'.repeat(257) }]],
  ])('are refused: %s', async (_, tags) => {
    await put('refusing', 'stage=one');
    await expect(tag('refusing', tags)).rejects.toMatchObject({ name: 'InvalidTag' });
    expect(await tagsOf('refusing')).toEqual([{ Key: 'stage', Value: 'one' }]);
  });

  it('are for a key that may write to set, and for one that may read to see', async () => {
    await put('shared', 'stage=one');
    const reader = sandbox.client('READER');
    const { TagSet } = await reader.send(new GetObjectTaggingCommand({ Bucket, Key: 'shared' }));
    expect(TagSet).toEqual([{ Key: 'stage', Value: 'one' }]);
    await expect(
      reader.send(new PutObjectTaggingCommand({ Bucket, Key: 'shared', Tagging: { TagSet: [stage] } })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(
      reader.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'shared' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('of no object are not found', async () => {
    await expect(tag('nowhere', [stage])).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(tagsOf('nowhere')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
