import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/main/lib/secret.ts';
import { awsSecretsManagerWriter } from '../../src/main/rollout/places/awsSecretsManager.ts';
import { SecretsManagerPeer } from '../helpers/peers/secretsManagerPeer.ts';
import { runCommand } from '../helpers/servedVault.ts';
import { awsEnvironment, must } from './clients/realClient.ts';

const command = '/usr/bin/aws';
const hasAwsCli = existsSync(command);
const hasMoto =
  spawnSync('python3', ['-c', 'import moto.server, flask, flask_cors'], { stdio: 'ignore' }).status === 0;

const key = {
  accessKeyId: 'AKIAPEERPEERPEERPEER',
  secretAccessKey: 'peer/secret+access/key/of/forty/chars/0123',
};

const aws = async (endpoint: string, ...args: readonly string[]) =>
  JSON.parse(
    await must(
      runCommand(
        command,
        [
          'secretsmanager',
          '--region',
          'eu-central-1',
          '--endpoint-url',
          endpoint,
          '--output',
          'json',
          ...args,
        ],
        { env: awsEnvironment({ endpoint, ...key }) },
      ),
    ),
  );

/** moto, a stand-in for AWS that many projects test against. */
const startMoto = async (): Promise<string> => {
  const program = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print('http://%s:%s' % server.get_host_and_port(), flush=True)
sys.stdin.read()`;
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('moto did not start');
};

const startPeer = async (): Promise<string> => {
  const peer = new SecretsManagerPeer();
  peer.put('prod/storage', { text: '{"host":"db","token":"old"}' });
  await peer.start();
  onTestFinished(() => peer.stop());
  return peer.url;
};

const writer = awsSecretsManagerWriter();
const access = (): Secret => Secret.of(JSON.stringify(key));
const values = [{ name: 'token', value: Secret.of('new') }];
const placeAt = (endpoint: string, secretId = 'prod/storage') =>
  ({ kind: 'awsSecretsManager', region: 'eu-central-1', secretId, endpoint }) as const;

describe('a secret of AWS Secrets Manager', () => {
  it.skipIf(!hasAwsCli)(
    'that was rolled out is what the AWS CLI reads, and the other way round',
    async () => {
      const endpoint = await startPeer();
      await writer.write(placeAt(endpoint), values, access());
      const read = await aws(endpoint, 'get-secret-value', '--secret-id', 'prod/storage');
      expect(JSON.parse(read.SecretString)).toEqual({ host: 'db', token: 'new' });
      await aws(
        endpoint,
        'put-secret-value',
        '--secret-id',
        'prod/storage',
        '--secret-string',
        '{"token":"x"}',
      );
      expect(await writer.preview(placeAt(endpoint), values, access())).toEqual([
        { name: 'token', change: 'replace' },
      ]);
    },
  );

  it.skipIf(!hasAwsCli || !hasMoto)('is written by the rules of moto, too', async () => {
    const endpoint = await startMoto();
    await expect(writer.preview(placeAt(endpoint), values, access())).rejects.toMatchObject({
      code: 'TARGET_MISSING',
    });
    await aws(endpoint, 'create-secret', '--name', 'prod/storage', '--secret-string', '{"host":"db"}');
    await aws(endpoint, 'create-secret', '--name', 'empty');
    for (const secretId of ['prod/storage', 'empty']) {
      const place = placeAt(endpoint, secretId);
      expect(await writer.preview(place, values, access())).toEqual([{ name: 'token', change: 'add' }]);
      expect(await writer.write(place, values, access())).toEqual({ isVerified: true });
      expect(await writer.preview(place, values, access())).toEqual([{ name: 'token', change: 'same' }]);
    }
    const read = await aws(endpoint, 'get-secret-value', '--secret-id', 'prod/storage');
    expect(JSON.parse(read.SecretString)).toEqual({ host: 'db', token: 'new' });
    await aws(endpoint, 'put-secret-value', '--secret-id', 'empty', '--secret-string', 'not JSON');
    await expect(writer.write(placeAt(endpoint, 'empty'), values, access())).rejects.toMatchObject({
      code: 'TARGET_UNREADABLE',
    });
  });
});
