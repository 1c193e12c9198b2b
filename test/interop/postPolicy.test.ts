import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';
import { FILENAME } from '../helpers/uploadForm.ts';
import { awsSdk, sdkClient } from './clients/awsSdk.ts';
import { boto3 } from './clients/boto3.ts';
import { awsEnvironment, must } from './clients/realClient.ts';

const home = new TestHome();
await home.serve(['--sandbox']);
afterAll(() => home.remove());

const pair = await home.connect('s3', 'forms', '--prefix', 'in/');
const file = join(home.folder, 'photo.bin');
await writeFile(file, randomBytes(300_000));

const storedAs = async (key: string): Promise<Buffer> => {
  const back = join(home.folder, 'back.bin');
  await awsSdk(pair).get('demo', key, back);
  return readFile(back);
};

const program = (key: string) => `
import json, sys, boto3
from botocore.config import Config
s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(signature_version='s3v4', s3={'addressing_style': 'path'}))
print(json.dumps(s3.generate_presigned_post('demo', '${key}', Fields={'success_action_status': '201', 'x-amz-meta-note': 'of a script'},
  Conditions=[{'success_action_status': '201'}, ['starts-with', '$x-amz-meta-note', ''], ['content-length-range', 1, 400000]], ExpiresIn=60)))
`;

interface Post {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}
const boto3Post = async (key: string): Promise<Post> =>
  JSON.parse(
    await must(
      runCommand('/usr/bin/python3', ['-c', program(key), pair.endpoint], { env: awsEnvironment(pair) }),
    ),
  );

const curlPost = async ({ url, fields }: Post, upload = file): Promise<string> => {
  const parts = [...Object.entries(fields).map(([name, value]) => `${name}=${value}`), `file=@${upload}`];
  const { stdout } = await runCommand('/usr/bin/curl', [
    ...['-sS', '-w', '\n%{http_code}'],
    ...parts.flatMap((part) => ['-F', part]),
    url,
  ]);
  return stdout;
};

describe.skipIf(boto3(pair).absent !== null)('an upload by form', () => {
  it('made with boto3 is sent with curl -F', async () => {
    expect(await curlPost(await boto3Post('in/boto3.bin'))).toMatch(
      /<Key>in\/boto3\.bin<\/Key>[\s\S]*\n201$/,
    );
    expect(await storedAs('in/boto3.bin')).toEqual(await readFile(file));
  });

  it('made with boto3 is sent with requests', async () => {
    const { url, fields } = await boto3Post(`in/${FILENAME}`);
    const sender = `
import json, sys, requests
url, fields, path = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
print(requests.post(url, data=fields, files={'file': open(path, 'rb')}).status_code)
`;
    const printed = await must(
      runCommand('/usr/bin/python3', ['-c', sender, url, JSON.stringify(fields), file]),
    );
    expect(printed.trim()).toBe('201');
    expect(await storedAs('in/photo.bin')).toEqual(await readFile(file));
  });

  it('made with the AWS SDK is sent with fetch', async () => {
    const post = await createPresignedPost(sdkClient(pair), {
      Bucket: 'demo',
      Key: 'in/js ü.bin',
      Expires: 60,
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
    form.append('file', new Blob([await readFile(file)]), 'photo.bin');
    const reply = await fetch(post.url, { method: 'POST', body: form });
    expect(reply.status).toBe(204);
    expect(await storedAs('in/js ü.bin')).toEqual(await readFile(file));
  });

  it('is refused outside the prefix, and when it is larger than its policy allows', async () => {
    expect(await curlPost(await boto3Post('out/a.bin'))).toMatch(/prefix[\s\S]*\n403$/);
    const large = join(home.folder, 'large.bin');
    await writeFile(large, randomBytes(2_000_000));
    expect(await curlPost(await boto3Post('in/large.bin'), large)).toMatch(/EntityTooLarge[\s\S]*\n400$/);
    expect(await awsSdk(pair).list('demo', 'in/large')).toEqual([]);
  });
});
