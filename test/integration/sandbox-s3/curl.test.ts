import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secretAccessKey, startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const run = promisify(execFile);

const curl = async (path: string, ...args: string[]): Promise<string> => {
  const signing = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `WRITER:${secretAccessKey}`];
  const status = ['--write-out', ' %{http_code}', '--silent', '--show-error', '--path-as-is'];
  const { stdout } = await run('curl', [...signing, ...status, ...args, `${sandbox.origin}${path}`]);
  return stdout;
};

// Without this header curl signs the hash of no body, whatever it uploads.
const unsignedPayload = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];

describe('curl --aws-sigv4', () => {
  // curl signs the path as it was typed, whether that is the canonical form or not.
  it.each(['plain', 'a%20b', 'a+b', 'a%2Bb', 'a@b!', '%7euser', '%c3%a9', 'a//b', 'a/../b', '100%25'])(
    'stores, reads and deletes /first/%s',
    async (key) => {
      const file = join(sandbox.folder, 'upload.txt');
      await writeFile(file, `for ${key}`);
      expect(await curl(`/first/${key}`, ...unsignedPayload, '--upload-file', file)).toBe(' 200');
      expect(await curl(`/first/${key}`)).toBe(`for ${key} 200`);
      expect(await curl(`/first/${key}`, '--request', 'DELETE')).toBe(' 204');
      expect(await curl(`/first/${key}`)).toMatch(/NoSuchKey.* 404$/);
    },
  );

  it('lists with a query', async () =>
    expect(await curl('/first?list-type=2&prefix=a%2Fb&delimiter=%2F')).toMatch(
      /<Prefix>a\/b<\/Prefix>.* 200$/s,
    ));
});
