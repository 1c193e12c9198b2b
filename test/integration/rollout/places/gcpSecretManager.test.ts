import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { crc32c } from '../../../../src/main/rollout/places/crc32c.ts';
import { gcpSecretManagerWriter } from '../../../../src/main/rollout/places/gcpSecretManager.ts';
import { failureOf, gcpPlace, newKey, values } from './remotePlaces.ts';

const name = 'storage';
const ours = { AWS_ACCESS_KEY_ID: newKey.id, AWS_SECRET_ACCESS_KEY: newKey.secret };
const writer = gcpSecretManagerWriter();
let remote: ReturnType<typeof gcpPlace>;
beforeEach(async () => {
  remote = gcpPlace();
  await remote.peer.start();
});
afterEach(() => remote.peer.stop());

const writeWith = (access: string, changes: object = {}) =>
  writer.write({ ...remote.place(), ...changes }, values(), Secret.of(access));
const write = (changes: object = {}) => writeWith(remote.access, changes);

describe('a secret of Google Secret Manager', () => {
  it('gets its first version', async () => {
    expect(await write()).toEqual({ isVerified: true });
    expect(remote.fields()).toEqual(ours);
    expect(remote.peer.calls).toEqual([
      'GET /v1/projects/peer-project/secrets/storage/versions/latest:access',
      'POST /v1/projects/peer-project/secrets/storage:addVersion',
      'GET /v1/projects/peer-project/secrets/storage/versions/1:access',
    ]);
  });

  it('keeps its other fields, and its older versions', async () => {
    remote.peer.put(name, '{"host":"old"}', '{"host":"db","port":5432,"AWS_ACCESS_KEY_ID":"old"}');
    await write();
    expect(remote.fields()).toEqual({ host: 'db', port: 5432, ...ours });
    expect(remote.peer.secrets.get(name)).toHaveLength(3);
  });

  it('is made by nobody but its owner', async () => {
    for (const attempt of [
      write({ secret: 'other' }),
      writer.preview({ ...remote.place(), secret: 'other' }, values(), Secret.of(remote.access)),
    ])
      expect((await failureOf(attempt)).code).toBe('TARGET_MISSING');
  });

  it.each(['plain text', '["a"]', 'null', '{"id":123456789012345678901}'])(
    'that holds %s is not touched',
    async (text) => {
      remote.peer.put(name, text);
      expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
      expect(remote.peer.requests).toHaveLength(1);
    },
  );

  it('whose latest version is disabled is not touched', async () => {
    remote.peer.put(name, '{}');
    for (const version of remote.peer.secrets.get(name) ?? []) version.state = 'DISABLED';
    expect(await failureOf(write())).toMatchObject({
      code: 'TARGET_UNREADABLE',
      message: expect.stringContaining('disabled or destroyed'),
    });
  });

  it('that was damaged on its way is not believed', async () => {
    remote.peer.put(name, '{}');
    const body = (data: string) => ({
      name: 'projects/1/secrets/storage/versions/1',
      payload: { data: Buffer.from(data).toString('base64'), dataCrc32c: '1' },
    });
    remote.peer.failOnce({ status: 200, body: body('{"a":1}') });
    expect((await failureOf(write())).message).toContain('checksum');
  });

  it('of another project is refused', async () => {
    expect((await failureOf(write({ project: 'other' }))).code).toBe('TARGET_REFUSED');
  });

  it('is refused to a key that Google does not know', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const error = await failureOf(writeWith(remote.peer.keyFile({ private_key })));
    expect(error).toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('UNAUTHENTICATED'),
    });
  });

  it.each([
    { type: 'external_account' },
    { type: 'authorized_user' },
    { private_key: 'not a key' },
    { private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
    { client_email: 5 },
    { private_key_id: '' },
    { universe_domain: 'elsewhere.example' },
  ])('is asked nothing with a key file that has %j', async (changes) => {
    const error = await failureOf(writeWith(remote.peer.keyFile(changes)));
    expect(error.code).toBe('TARGET_REFUSED');
    expect(error.cause).toBeUndefined();
    expect(remote.peer.requests).toEqual([]);
  });

  it('asks nobody for a token, whatever the key file names: the key signs for this one service itself', async () => {
    const trap = gcpPlace();
    await trap.peer.start();
    const token_uri = `${trap.peer.url}/token`;
    await writeWith(remote.peer.keyFile({ token_uri, auth_uri: token_uri }));
    expect(remote.fields()).toEqual(ours);
    expect(trap.peer.requests).toEqual([]);
    await trap.peer.stop();
  });

  it('whose service is out of quota or unavailable is tried again later', async () => {
    for (const [status, kind] of [
      [429, 'RESOURCE_EXHAUSTED'],
      [503, 'UNAVAILABLE'],
    ] as const) {
      remote.peer.failOnce({ status, body: { error: { code: status, status: kind, message: 'later' } } });
      expect(await failureOf(write())).toMatchObject({
        code: 'TARGET_UNREACHABLE',
        message: expect.stringContaining(`${status} (${kind})`),
      });
    }
  });
});

describe('CRC32C', () => {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  it.each([
    ['00'.repeat(32), 0x8a9136aa],
    ['ff'.repeat(32), 0x62a8ab43],
    [Buffer.from(Uint8Array.from({ length: 32 }, (_, index) => index)).toString('hex'), 0x46dd794e],
    [Buffer.from('123456789').toString('hex'), 0xe3069283],
    ['', 0],
  ])('of %s is as the standard has it', (hex, expected) => {
    expect(crc32c(Buffer.from(hex, 'hex'))).toBe(expected);
  });
});
