import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { encodings, filesBelow, findCanaries } from '../helpers/canary.ts';
import { runCommand, TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
afterAll(() => home.remove());

/** What another process of this machine can read of ours. */
const processFaces = (pid: number): Map<string, Buffer> =>
  new Map(
    ['cmdline', 'environ'].map((face) => [`/proc/${pid}/${face}`, readFileSync(`/proc/${pid}/${face}`)]),
  );

describe('the canary scan', () => {
  it('finds a planted secret in every encoding', () => {
    const secret = 'nfyio_at_CANARYcanary0123456789';
    for (const [encoding, bytes] of Object.entries(encodings(secret))) {
      const planted = new Map([
        ['file', Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')])],
      ]);
      expect(findCanaries(planted, { token: secret }), encoding).toContain(`file: token as ${encoding}`);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'no real secret lies in any reply, log, file, argument or environment',
    async () => {
      const ready = await home.serve(['--sandbox']);
      // Revealed on purpose, once each: the only way for a test to know what it must not find.
      const minted = await home.json([
        'token',
        'create',
        '--workspace',
        'sandbox',
        '--name',
        'minted',
        '--scope',
        'write',
        '--days',
        '9',
        '--reveal',
      ]);
      const key = await home.json([
        'key',
        'create',
        '--workspace',
        'sandbox',
        '--name',
        'made',
        '--bucket',
        'demo',
        '--permission',
        'read-write',
        '--reveal',
      ]);
      const secrets = {
        'minted token': minted.token,
        'secret access key': key.secretAccessKey,
        'imported token': 'nfyio_at_CANARYimported0123456789abcdef',
        'imported secret': 'CANARYimportedSecretAccessKey+/0123456789',
      };
      for (const secret of Object.values(secrets)) expect(secret).toMatch(/^.{20,}$/);
      home.transcript.length = 0;

      await home.json(
        ['token', 'import', '--workspace', 'sandbox', '--name', 'pasted', '--scope', 'read'],
        secrets['imported token'],
      );
      await home.json(
        [
          'key',
          'import',
          '--workspace',
          'sandbox',
          '--name',
          'pasted key',
          '--bucket',
          'demo',
          '--permission',
          'read',
        ],
        JSON.stringify({ accessKeyId: 'AKIACANARY', secretAccessKey: secrets['imported secret'] }),
      );
      const use = async (kind: string, name: string, credential: string) =>
        (
          await home.json([
            'connection',
            'create',
            '--workspace',
            'sandbox',
            '--kind',
            kind,
            '--name',
            name,
            '--credential',
            credential,
          ])
        ).connection;
      const apiTools = [await use('api', 'good', minted.credential.id), await use('api', 'bad', 'pasted')];
      const s3Tools = [
        await use('s3', 'good key', key.credential.id),
        await use('s3', 'bad key', 'pasted key'),
      ];

      const replies: string[] = [];
      const curl = async (...args: readonly string[]) => {
        replies.push((await runCommand('/usr/bin/curl', ['-s', '-i', '--path-as-is', ...args])).stdout);
      };
      for (const { baseUrl } of apiTools) {
        for (const path of [
          '/api/auth/me',
          '/api/access-tokens',
          '/api/object-storage/access-keys',
          '/api/nothing',
          '/api/%2e%2e/x',
        ]) {
          await curl(`${baseUrl}${path}`);
        }
      }
      for (const { endpoint, accessKeyId, secretAccessKey } of s3Tools) {
        const signed = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${accessKeyId}:${secretAccessKey}`];
        await curl(...signed, '--upload-file', '/etc/hostname', `${endpoint}/demo/canary.txt`);
        await curl(...signed, `${endpoint}/demo/canary.txt`);
        await curl(...signed, `${endpoint}/demo/none`);
        await curl(...signed, `${endpoint}/`);
        await curl(`${endpoint}/demo/canary.txt`);
      }
      expect(replies.filter((reply) => reply.startsWith('HTTP/1.1 200')).length).toBeGreaterThan(3);

      for (const command of [
        ['status'],
        ['token', 'list'],
        ['key', 'list'],
        ['connection', 'list'],
        ['activity'],
        ['doctor'],
      ]) {
        await home.run([...command, '--json']);
        await home.run(command);
      }
      await home.run(['connection', 'snippet', 'good key', '--for', 'aws']);
      await home.run([
        'exec',
        '--connection',
        'good',
        '--',
        process.execPath,
        '-e',
        'console.log(process.env, process.argv)',
      ]);

      const places = new Map([
        ['replies', Buffer.from(replies.join('\n'))],
        ['printed and logged', Buffer.from(home.transcript.join('\n'))],
        ...processFaces(ready.pid),
        ...filesBelow(home.home),
      ]);
      expect(places.size).toBeGreaterThan(5);
      expect(findCanaries(places, secrets)).toEqual([]);

      await home.json(['lock']);
      await home.stop();
      expect(findCanaries(filesBelow(home.home), secrets)).toEqual([]);
    },
  );
});
