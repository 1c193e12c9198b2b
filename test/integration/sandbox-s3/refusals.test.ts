import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { secretAccessKey, startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const object = { Bucket: 'first', Key: 'guarded' };

beforeAll(async () => {
  await sandbox.client().send(new PutObjectCommand({ ...object, Body: 'guarded' }));
});
afterEach(() => {
  sandbox.skewMs = 0;
  expect(sandbox.bugs).toEqual([]);
});

describe('a key', () => {
  it('that may only read reads and lists, and nothing else', async () => {
    const reader = sandbox.client('READER');
    await reader.send(new GetObjectCommand(object));
    await reader.send(new ListObjectsV2Command({ Bucket: 'first' }));
    await expect(reader.send(new PutObjectCommand({ ...object, Body: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('sees no other bucket, neither by path nor as the source of a copy', async () => {
    const stranger = sandbox.client('ELSEWHERE');
    for (const Bucket of ['first', 'hidden', 'not-there'])
      await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    const copy = new CopyObjectCommand({ Bucket: 'second', Key: 'loot', CopySource: 'first/guarded' });
    await expect(stranger.send(copy)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('that is expired or unknown is InvalidAccessKeyId', async () => {
    for (const accessKeyId of ['EXPIRED', 'UNKNOWN'])
      await expect(sandbox.client(accessKeyId).send(new GetObjectCommand(object))).rejects.toMatchObject({
        name: 'InvalidAccessKeyId',
      });
  });

  it('with another secret is SignatureDoesNotMatch, and is not recorded as used', async () => {
    const used = sandbox.touched.length;
    const credentials = { accessKeyId: 'WRITER', secretAccessKey: `${secretAccessKey}x` };
    await expect(
      sandbox.client('WRITER', { credentials }).send(new GetObjectCommand(object)),
    ).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    expect(sandbox.touched).toHaveLength(used);
    await sandbox.client().send(new GetObjectCommand(object));
    expect(sandbox.touched.slice(used)).toEqual(['WRITER']);
  });
});

describe('the time', () => {
  it.each([16, -16])('of a signature may not be %i minutes away', async (minutes) => {
    sandbox.skewMs = minutes * 60_000;
    await expect(sandbox.client().send(new GetObjectCommand(object))).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
    });
  });

  it.each([14, -14])('of a signature may be %i minutes away', async (minutes) => {
    sandbox.skewMs = minutes * 60_000;
    await sandbox.client().send(new GetObjectCommand(object));
  });
});

describe('a presigned URL', () => {
  const presign = (command: GetObjectCommand | PutObjectCommand | HeadObjectCommand, expiresIn = 60) =>
    getSignedUrl(sandbox.client() as never, command as never, { expiresIn });

  it('reads, writes with metadata, and heads without any further key', async () => {
    const place = { Bucket: 'first', Key: 'presigned é+1' };
    const put = await presign(new PutObjectCommand({ ...place, Metadata: { by: 'link' } }));
    expect((await fetch(put, { method: 'PUT', body: 'by link' })).status).toBe(200);
    expect(await (await fetch(await presign(new GetObjectCommand(place)))).text()).toBe('by link');
    const head = await fetch(await presign(new HeadObjectCommand(place)), { method: 'HEAD' });
    expect(head.headers.get('x-amz-meta-by')).toBe('link');
  });

  it('names the download as the signer said', async () => {
    const url = await presign(
      new GetObjectCommand({ ...object, ResponseContentDisposition: 'attachment; filename="x.txt"' }),
    );
    const answer = await fetch(url);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="x.txt"');
  });

  it('is refused when expired, changed, used with another method or with an added x-amz- header', async () => {
    const url = await presign(new GetObjectCommand(object));
    const refusal = async (changed: string, init: RequestInit = {}) => {
      const answer = await fetch(changed, init);
      return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
    };
    expect(await refusal(url.replace('guarded', 'other'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await refusal(`${url}&versionId=null`)).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await refusal(url, { method: 'PUT', body: 'x' })).toEqual([403, 'SignatureDoesNotMatch']);
    const added = { headers: { 'x-amz-copy-source': '/first/other' } };
    expect(await refusal(url, added)).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await refusal(url.replace('Expires=60', 'Expires=604801'))).toEqual([
      400,
      'AuthorizationQueryParametersError',
    ]);
    sandbox.skewMs = 61_000;
    expect(await refusal(url)).toEqual([403, 'AccessDenied']);
  });
});

describe('a request without a usable signature', () => {
  it.each([
    [{}, 403, 'AccessDenied'],
    [{ authorization: 'AWS AKID:c2lnbmF0dXJl' }, 400, 'InvalidRequest'],
    [{ authorization: 'Bearer nfyio_at_secret' }, 400, 'InvalidRequest'],
    [{ authorization: 'nfyio_at_secret' }, 400, 'AuthorizationHeaderMalformed'],
  ])('%j is answered %i %s in XML with a request id', async (headers, status, code) => {
    const answer = await fetch(`${sandbox.origin}/first/guarded`, {
      headers: headers as Record<string, string>,
    });
    const body = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/xml']);
    expect(body).toContain(`<Code>${code}</Code>`);
    expect(body).toContain(`<RequestId>${answer.headers.get('x-amz-request-id')}</RequestId>`);
    expect(body).not.toContain('secret');
  });
});
