import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { awsSecretsManagerWriter } from '../../../../src/main/rollout/places/awsSecretsManager.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { awsPlace, failureOf, newKey, values } from './remotePlaces.ts';

const name = 'prod/storage';
const ours = { AWS_ACCESS_KEY_ID: newKey.id, AWS_SECRET_ACCESS_KEY: newKey.secret };
const writer = awsSecretsManagerWriter();
let remote: ReturnType<typeof awsPlace>;
beforeEach(async () => {
  remote = awsPlace();
  await remote.peer.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await remote.peer.stop();
});

const key = () => ({
  accessKeyId: remote.peer.accessKeyId,
  secretAccessKey: remote.peer.secretAccessKey,
});
const writeWith = (access: object, changes: object = {}) =>
  writer.write({ ...remote.place(), ...changes }, values(), Secret.of(JSON.stringify(access)));
const write = (changes: object = {}) => writeWith(key(), changes);
const operations = (): unknown[] => remote.peer.requests.map(({ headers }) => headers['x-amz-target']);

describe('a secret of AWS Secrets Manager', () => {
  it('gets its first value', async () => {
    expect(await write()).toEqual({ isVerified: true });
    expect(remote.fields()).toEqual(ours);
  });

  it('keeps its other fields', async () => {
    remote.peer.put(name, { text: '{ "host": "db", "port": 5432, "AWS_ACCESS_KEY_ID": "old" }' });
    await write();
    expect(remote.fields()).toEqual({ host: 'db', port: 5432, ...ours });
  });

  it('is made by nobody but its owner', async () => {
    for (const attempt of [
      write({ secretId: 'other' }),
      writer.preview({ ...remote.place(), secretId: 'other' }, values(), Secret.of(remote.access)),
    ]) {
      expect(await failureOf(attempt)).toMatchObject({
        code: 'TARGET_MISSING',
        message: expect.stringContaining('ResourceNotFoundException'),
      });
    }
  });

  it.each([
    'plain text',
    '["a"]',
    '"text"',
    'null',
    '{"id":123456789012345678901}',
    '{"a":1e999}',
    `{"a":${'['.repeat(50)}${']'.repeat(50)}}`,
  ])('that holds %s is not touched', async (text) => {
    remote.peer.put(name, { text });
    expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
    expect(operations()).toEqual(['secretsmanager.GetSecretValue']);
  });

  it('that holds bytes is not touched', async () => {
    remote.peer.put(name, { bytes: Buffer.from('{}').toString('base64') });
    expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
    expect(operations()).toEqual(['secretsmanager.GetSecretValue']);
  });

  it('is asked for with a session token, where the key has one', async () => {
    remote.peer.sessionToken = 'FwoGZXIvYXdzEPeerSession//////////token';
    expect((await failureOf(write())).code).toBe('TARGET_REFUSED');
    await writeWith({ ...key(), sessionToken: remote.peer.sessionToken });
    expect(remote.fields()).toEqual(ours);
  });

  it('is refused to a key that is not known, and to a wrong secret of a known one', async () => {
    for (const wrong of [{ accessKeyId: 'AKIAOTHEROTHEROTHER0' }, { secretAccessKey: 'wrong' }])
      expect((await failureOf(writeWith({ ...key(), ...wrong }))).code).toBe('TARGET_REFUSED');
  });

  it.each([
    { accessKeyId: 'AKIA' },
    { accessKeyId: 'AK IA', secretAccessKey: 'x' },
    { accessKeyId: 'AKIA', secretAccessKey: '' },
    { accessKeyId: 'AKIA', secretAccessKey: 'x', region: 'eu' },
    { accessKeyId: 'AKIA', secretAccessKey: 'x', sessionToken: 'a\nb' },
  ])('is asked nothing with the malformed key %j', async (malformed) => {
    expect((await failureOf(writeWith(malformed))).code).toBe('TARGET_REFUSED');
    expect(remote.peer.requests).toEqual([]);
  });

  it.each([
    ['ThrottlingException', 400, 'TARGET_UNREACHABLE'],
    ['InternalServiceError', 500, 'TARGET_UNREACHABLE'],
    ['AccessDeniedException', 400, 'TARGET_REFUSED'],
    ['DecryptionFailure', 400, 'TARGET_REFUSED'],
    ['InvalidRequestException', 400, 'TARGET_REFUSED'],
    ['LimitExceededException', 400, 'TARGET_REFUSED'],
  ])('whose service answers %s (%i) is %s', async (type, status, code) => {
    remote.peer.failOnce({ status, body: { __type: type, Message: 'because' } });
    expect(await failureOf(write())).toMatchObject({ code, message: expect.stringContaining(type) });
    expect(remote.peer.requests).toHaveLength(1);
  });

  it('that does not hold what was just written was changed by somebody else', async () => {
    remote.peer.fault = () => {
      if (remote.peer.requests.length === 3) remote.peer.put(name, { text: '{"theirs":"alone"}' });
      return null;
    };
    expect((await failureOf(write())).code).toBe('TARGET_CHANGED');
  });

  it('is written with what is sealed alone, not with what lies in the files of AWS tools', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.aws'));
    const [config, credentials] = [join(home, '.aws', 'config'), join(home, '.aws', 'credentials')];
    writeFileSync(
      config,
      '[default]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:1\nuse_fips_endpoint = true\nsdk_ua_app_id = ambient\n',
    );
    writeFileSync(credentials, '[default]\naws_access_key_id = AMBIENT\naws_secret_access_key = ambient\n');
    vi.stubEnv('HOME', home);
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', credentials);
    await write();
    expect(remote.fields()).toEqual(ours);
    expect(JSON.stringify(remote.peer.requests)).not.toMatch(/ambient/i);
  });
});
