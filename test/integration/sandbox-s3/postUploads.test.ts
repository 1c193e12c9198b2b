import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { describe, expect, it } from 'vitest';
import { BOUNDARY, FILENAME, formBody, formHeaders } from '../../helpers/uploadForm.ts';
import { startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();

interface Wanted extends Partial<PresignedPostOptions> {
  readonly accessKeyId?: string;
  /** After the policy was made: false fields, or fields left out by undefined. */
  readonly changes?: Readonly<Record<string, string | undefined>>;
  readonly file?: string;
  readonly end?: string;
}

const post = async ({ accessKeyId, changes = {}, file, end, ...wanted }: Wanted = {}) => {
  const { url, fields } = await createPresignedPost(sandbox.client(accessKeyId), {
    Bucket: 'first',
    Key: 'form/a.txt',
    Expires: 60,
    ...wanted,
  });
  const sent = Object.entries({ ...fields, ...changes }).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  const body = formBody({
    fields: sent,
    ...(file === undefined ? {} : { file }),
    ...(end === undefined ? {} : { end }),
  });
  const reply = await fetch(url, {
    method: 'POST',
    headers: formHeaders,
    body: Buffer.from(body, 'latin1'),
    redirect: 'manual',
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, code: /<Code>(\w+)</.exec(text)?.[1] };
};
const stored = async (key: string): Promise<string> => {
  const { segments } = sandbox.store().bucket('first').get(key);
  return `${segments.length} ${sandbox.store().bucket('first').get(key).headers['content-type']}`;
};

describe('an upload by form', () => {
  it('stores the file and answers 204 with its tag', async () => {
    const { status, headers } = await post();
    expect(status).toBe(204);
    expect(headers.get('etag')).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(await stored('form/a.txt')).toBe('1 binary/octet-stream');
  });

  it('answers as success_action_status asks', async () => {
    const asked = (status: string) =>
      post({ Fields: { success_action_status: status }, Conditions: [{ success_action_status: status }] });
    expect((await asked('200')).status).toBe(200);
    const created = await asked('201');
    expect(created.status).toBe(201);
    expect(created.text).toMatch(/<Bucket>first<\/Bucket><Key>form\/a\.txt<\/Key><ETag>&quot;5d41/);
    expect((await asked('404')).status).toBe(204);
  });

  it('redirects as success_action_redirect asks', async () => {
    const to = 'http://127.0.0.1:1/done?x=1';
    const { status, headers } = await post({
      Fields: { success_action_redirect: to },
      Conditions: [{ success_action_redirect: to }],
    });
    expect(status).toBe(303);
    expect(headers.get('location')).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/done\?x=1&bucket=first&key=form%2Fa.txt&etag=/,
    );
  });

  it('keeps what the fields say about the object', async () => {
    const Fields = { 'Content-Type': 'text/plain', 'x-amz-meta-a': 'b', 'Cache-Control': 'no-store' };
    await post({ Fields, Conditions: Object.entries(Fields).map(([name, value]) => ({ [name]: value })) });
    const head = await sandbox.client().send(new HeadObjectCommand({ Bucket: 'first', Key: 'form/a.txt' }));
    expect(head).toMatchObject({ ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: 'b' } });
  });

  it('names the object after the file where the key says so', async () => {
    expect(
      (await post({ Key: `named/${FILENAME}`, Conditions: [['starts-with', '$key', 'named/']] })).status,
    ).toBe(204);
    expect(await stored('named/a.txt')).toMatch(/^1 /);
  });

  it.each<[string, Wanted, string]>([
    ['a false signature', { changes: { 'X-Amz-Signature': '0'.repeat(64) } }, 'SignatureDoesNotMatch'],
    ['another key than the policy admits', { changes: { key: 'other' } }, 'AccessDenied'],
    ['a field that no condition covers', { changes: { acl: 'public-read' } }, 'AccessDenied'],
    ['no policy', { changes: { Policy: undefined } }, 'SignatureDoesNotMatch'],
    ['no algorithm', { changes: { 'X-Amz-Algorithm': undefined } }, 'AccessDenied'],
    ['no key', { changes: { key: undefined } }, 'InvalidArgument'],
    ['a key that only reads', { accessKeyId: 'READER' }, 'AccessDenied'],
    ['a key of another bucket', { accessKeyId: 'ELSEWHERE' }, 'AccessDenied'],
    ['an expired key', { accessKeyId: 'EXPIRED' }, 'InvalidAccessKeyId'],
    ['an unknown key', { accessKeyId: 'NOBODY' }, 'InvalidAccessKeyId'],
    ['an expired policy', { Expires: -1 }, 'AccessDenied'],
    ['too large a file', { Conditions: [['content-length-range', 0, 4]] }, 'EntityTooLarge'],
    ['too small a file', { Conditions: [['content-length-range', 6, 9]] }, 'EntityTooSmall'],
    ['no end', { end: '' }, 'MalformedPOSTRequest'],
  ])('is refused with %s', async (_, wanted, code) => {
    const before = await sandbox.dataFiles('first');
    expect((await post(wanted)).code).toBe(code);
    expect(await sandbox.dataFiles('first')).toEqual(before);
  });

  it('is refused without a file', async () => {
    const body = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--${BOUNDARY}--\r\n`;
    const reply = await fetch(`${sandbox.origin}/first`, { method: 'POST', headers: formHeaders, body });
    expect(await reply.text()).toContain('MalformedPOSTRequest');
  });
});
