import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';
import { awsSdk } from './clients/awsSdk.ts';
import { boto3 } from './clients/boto3.ts';
import { curl } from './clients/curl.ts';

/** An S3 server that is not ours, with its one fixed key pair; it verifies signatures itself. */
const folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-foreign-'));
const foreign = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(folder, 'data'),
  configureBuckets: [{ name: 'outside' }],
});
const { port } = await foreign.run();
const home = new TestHome();
await home.serve();

afterAll(async () => {
  await home.remove();
  await foreign.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a custom S3 endpoint', () => {
  it('serves clients through the loopback with an imported key', async () => {
    const { workspace } = await home.json([
      'workspace',
      'add',
      '--name',
      'self-hosted',
      '--s3-url',
      `http://127.0.0.1:${port}`,
    ]);
    expect(workspace).toEqual({
      id: expect.any(String),
      name: 'self-hosted',
      apiUrl: null,
      s3Url: `http://127.0.0.1:${port}`,
    });
    await home.json(
      [
        'key',
        'import',
        '--workspace',
        'self-hosted',
        '--name',
        'foreign',
        '--bucket',
        'outside',
        '--permission',
        'read-write',
      ],
      JSON.stringify({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }),
    );
    const { connection } = await home.json([
      'connection',
      'create',
      '--workspace',
      'self-hosted',
      '--kind',
      's3',
      '--name',
      'tools',
    ]);

    const file = join(folder, 'file.bin');
    await writeFile(file, randomBytes(300_000));
    for (const client of [awsSdk(connection), boto3(connection), curl(connection)].filter(
      ({ absent }) => absent === null,
    )) {
      const key = `${client.name.replace(/\W/g, '')} with space.bin`;
      const back = join(folder, 'back.bin');
      await client.put(file, 'outside', key);
      await client.get('outside', key, back);
      expect(await readFile(back)).toEqual(await readFile(file));
      await client.remove('outside', key);
    }
  });

  it('shows what the endpoint says when the imported secret is wrong', async () => {
    await home.json(
      [
        'key',
        'import',
        '--workspace',
        'self-hosted',
        '--name',
        'wrong',
        '--bucket',
        'outside',
        '--permission',
        'read-write',
      ],
      JSON.stringify({ accessKeyId: 'S3RVER', secretAccessKey: 'not-the-secret' }),
    );
    const keys = await home.json(['key', 'list']);
    const wrong = keys.credentials.find((key: { name: string }) => key.name === 'wrong');
    const { connection } = await home.json([
      'connection',
      'create',
      '--workspace',
      'self-hosted',
      '--kind',
      's3',
      '--name',
      'broken',
      '--credential',
      wrong.id,
    ]);
    const local = [
      '--aws-sigv4',
      'aws:amz:us-east-1:s3',
      '--user',
      `${connection.accessKeyId}:${connection.secretAccessKey}`,
    ];
    const { stdout } = await runCommand('/usr/bin/curl', [
      '-s',
      '-w',
      '\n%{http_code}',
      ...local,
      '-X',
      'PUT',
      '--data-binary',
      'hello',
      `${connection.endpoint}/outside/x`,
    ]);
    expect(stdout).toMatch(/SignatureDoesNotMatch[\s\S]*403$/);
    expect(stdout).not.toContain('not-the-secret');
  });
});
