import { inspect } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../../../src/main/lib/appError.ts';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { findCanaries } from '../../../helpers/canary.ts';
import { TestAuthority } from '../../../helpers/certificates.ts';
import { type PeerReply, type PeerRequest, PeerServer } from '../../../helpers/peers/peerServer.ts';
import {
  awsPlace,
  failureOf,
  gcpPlace,
  githubPlace,
  newKey,
  type RemotePlace,
  values,
  vaultPlace,
} from './remotePlaces.ts';

/** Whoever asks here was led astray. */
class Trap extends PeerServer {
  protected answer(): PeerReply {
    return { status: 200, body: {} };
  }
}

const everythingOf = (error: AppError): Map<string, Buffer> => {
  const texts = {
    message: error.message,
    stack: error.stack ?? '',
    json: JSON.stringify(error),
    wire: JSON.stringify(error.toWire()),
    inspected: inspect(error, { depth: 20, showHidden: true }),
  };
  return new Map(Object.entries(texts).map(([where, text]) => [where, Buffer.from(text)]));
};

const kinds = [
  ['HashiCorp Vault', vaultPlace],
  ['AWS Secrets Manager', awsPlace],
  ['Google Secret Manager', gcpPlace],
  ['GitHub Actions', githubPlace],
] as const;

const authority = new TestAuthority();
const certificate = authority.issue('localhost');
afterAll(() => authority.remove());

describe.each(kinds)('%s', (_, make) => {
  let remote: RemotePlace;
  const trap = new Trap();
  beforeEach(async () => {
    remote = make();
    await remote.peer.start();
    await trap.start();
    trap.requests.length = 0;
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await remote.peer.stop();
    await trap.stop();
  });

  const access = (): Secret => Secret.of(remote.access);
  const write = (address?: string) => remote.writer().write(remote.place(address), values(), access());
  const preview = (address?: string) => remote.writer().preview(remote.place(address), values(), access());

  it('says that both values would be added, and changes nothing by saying so', async () => {
    expect(await preview()).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', change: 'add' },
      { name: 'AWS_SECRET_ACCESS_KEY', change: 'add' },
    ]);
    expect(remote.peer.requests.filter(remote.isWrite)).toEqual([]);
  });

  it('is asked nothing where nothing is sealed that opens it', async () => {
    const error = await failureOf(remote.writer().write(remote.place(), values(), null));
    expect(error.code).toBe('TARGET_REFUSED');
    expect(remote.peer.requests).toEqual([]);
  });

  it.each([
    '',
    '{',
    '{"accessKeyId":"AKIAPEERPEERPEERPEER"}',
    '{"type":"external_account"}',
    'two words',
    'é',
  ])('is asked nothing with %j, and the refusal does not repeat it', async (malformed) => {
    const error = await failureOf(remote.writer().write(remote.place(), values(), Secret.of(malformed)));
    expect(error.code).toBe('TARGET_REFUSED');
    if (malformed.length > 1) expect(error.message).not.toContain(malformed);
  });

  it('is not followed to where it redirects, neither when reading nor when writing', async () => {
    for (const fits of [() => true, remote.isWrite]) {
      for (const status of [301, 302, 303, 307, 308]) {
        remote.peer.failOnce({ status, headers: { location: `${trap.url}/elsewhere` } }, fits);
        expect(await failureOf(write())).toMatchObject({
          code: 'TARGET_UNREACHABLE',
          message: expect.stringContaining(`redirect (${status})`),
        });
      }
    }
    expect(trap.requests).toEqual([]);
  });

  it.each([
    [401, 'TARGET_REFUSED'],
    [403, 'TARGET_REFUSED'],
    [429, 'TARGET_UNREACHABLE'],
    [500, 'TARGET_UNREACHABLE'],
    [502, 'TARGET_UNREACHABLE'],
    [503, 'TARGET_UNREACHABLE'],
  ])('that answers %i in plain text when reading or writing is %s', async (status, code) => {
    for (const fits of [() => true, remote.isWrite]) {
      remote.peer.failOnce({ status, body: 'no', headers: { 'content-type': 'text/plain' } }, fits);
      expect(await failureOf(write())).toMatchObject({
        code,
        message: expect.stringContaining(`${remote.peer.host} answered ${status}`),
      });
    }
  });

  it('is asked once, and no second time when that fails', async () => {
    remote.peer.fault = () => ({ status: 503, body: 'busy' });
    await failureOf(write());
    expect(remote.peer.requests).toHaveLength(1);
  });

  it('that does not answer is given up on after the limit, at whichever request it falls silent', async () => {
    const limited = remote.writer({ limitMs: 100 });
    remote.peer.fault = () => 'silence';
    const error = await failureOf(limited.preview(remote.place(), values(), access()));
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: expect.stringContaining('no complete answer in time'),
    });
    remote.peer.fault = (request) => (remote.isWrite(request) ? 'silence' : null);
    const later = await failureOf(remote.writer({ limitMs: 500 }).write(remote.place(), values(), access()));
    expect(later.code).toBe('TARGET_UNREACHABLE');
  });

  it('is unreachable when nothing listens there, or the connection breaks off', async () => {
    remote.peer.fault = () => 'reset';
    expect((await failureOf(write())).code).toBe('TARGET_UNREACHABLE');
    const { url } = remote.peer;
    await remote.peer.stop();
    const error = await failureOf(write(url));
    expect(error).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await remote.peer.start();
  });

  it('that answers without sense changes nothing and is unreadable', async () => {
    for (const body of ['', 'null', '[]', '"text"', '{"data":', '{"data":1}']) {
      remote.peer.failOnce({ status: 200, body, headers: { 'content-type': 'application/json' } });
      expect(await failureOf(preview())).toMatchObject({ code: 'TARGET_UNREADABLE' });
    }
    expect(remote.peer.requests.filter(remote.isWrite)).toEqual([]);
  });

  it('that sends more than anybody keeps is given up on', async () => {
    remote.peer.failOnce({ status: 200, body: ' '.repeat(5 * 1024 * 1024) });
    expect((await failureOf(preview())).message).toContain('larger than 4 MiB');
  });

  it('that says back all that it was sent does not get it into any error', async () => {
    const echo = ({ headers, body }: PeerRequest): PeerReply => {
      const sent = `${JSON.stringify(headers)} ${body.toString()} ${remote.access}`;
      return {
        status: 400,
        headers: { 'x-echo': encodeURIComponent(sent), 'content-type': 'application/json' },
        body: {
          errors: [sent],
          error: { code: 400, status: sent, message: sent },
          message: sent,
          Message: sent,
          __type: sent,
        },
      };
    };
    for (const status of [200, 400, 403, 404, 500]) {
      for (const fits of [() => true, remote.isWrite]) {
        remote.peer.fault = (request) => (fits(request) ? { ...echo(request), status } : null);
        const error = await failureOf(write());
        const searched = { ...remote.secrets, ...newKey };
        expect(findCanaries(everythingOf(error), searched)).toEqual([]);
      }
    }
  });

  it('is asked over TLS only where its certificate is of a believed authority, whatever the environment says', async () => {
    const secure = make(certificate);
    await secure.peer.start();
    const address = secure.peer.url.replace('127.0.0.1', 'localhost');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.stubEnv('VAULT_SKIP_VERIFY', '1');
    vi.stubEnv('NODE_EXTRA_CA_CERTS', authority.file);
    try {
      const stranger = secure.writer().preview(secure.place(address), values(), Secret.of(secure.access));
      expect(await failureOf(stranger)).toMatchObject({ code: 'TARGET_UNREACHABLE' });
      expect(secure.peer.requests).toEqual([]);
      const believing = secure.writer({ certificates: [authority.certificate] });
      const changes = await believing.preview(secure.place(address), values(), Secret.of(secure.access));
      expect(changes).toHaveLength(2);
      const misnamed = believing.preview(secure.place(), values(), Secret.of(secure.access));
      expect((await failureOf(misnamed)).code).toBe('TARGET_UNREACHABLE');
    } finally {
      await secure.peer.stop();
    }
  });

  it.each([
    'http://192.0.2.1:8200',
    'http://vault.example',
    'https://ada:secret@127.0.0.1',
    'https://127.0.0.1/?a=b',
    'https://127.0.0.1/#a',
    'ftp://127.0.0.1',
  ])('is not asked at %s', async (address) => {
    expect((await failureOf(write(address))).code).toBe('INVALID_INPUT');
  });

  it('is asked directly and with what is sealed, whatever the environment offers', async () => {
    const ambient = {
      HTTP_PROXY: trap.url,
      HTTPS_PROXY: trap.url,
      ALL_PROXY: trap.url,
      NODE_USE_ENV_PROXY: '1',
      VAULT_ADDR: trap.url,
      VAULT_TOKEN: 'ambient-token',
      VAULT_NAMESPACE: 'ambient',
      VAULT_PREFIX: '/ambient',
      AWS_ACCESS_KEY_ID: 'AKIAAMBIENTAMBIENT00',
      AWS_SECRET_ACCESS_KEY: 'ambient',
      AWS_SESSION_TOKEN: 'ambient',
      AWS_REGION: 'us-east-1',
      AWS_PROFILE: 'ambient',
      AWS_ENDPOINT_URL: trap.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: trap.url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: trap.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${trap.url}/credentials`,
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_MAX_ATTEMPTS: '5',
      GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/ambient.json',
      GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'ambient.example',
      GCE_METADATA_HOST: trap.host,
      METADATA_SERVER_DETECTION: 'assume-present',
      GITHUB_TOKEN: 'ambient',
      GITHUB_API_URL: trap.url,
    };
    for (const [name, value] of Object.entries(ambient)) vi.stubEnv(name, value);
    expect(await preview()).toHaveLength(2);
    await write();
    const refused = failureOf(remote.writer().write(remote.place(), values(), null));
    expect((await refused).code).toBe('TARGET_REFUSED');
    expect(trap.requests).toEqual([]);
  });

  it('says what it did to nobody, even where the environment asks for all that clients can say', async () => {
    const said: string[] = [];
    const streams = [process.stdout, process.stderr] as const;
    const spies = streams.map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        said.push(String(text));
        return true;
      }),
    );
    vi.stubEnv('DEBUG', '*');
    vi.stubEnv('NODE_DEBUG', '*');
    vi.stubEnv('GOOGLE_SDK_NODE_LOGGING', '*');
    try {
      await write();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    const places = new Map([['output', Buffer.from(said.join(''))]]);
    expect(findCanaries(places, { ...remote.secrets, ...newKey })).toEqual([]);
  });
});

describe.each(kinds.slice(0, 3))('%s, which can be read', (_, make) => {
  let remote: RemotePlace;
  beforeEach(async () => {
    remote = make();
    await remote.peer.start();
  });
  afterEach(() => remote.peer.stop());

  const write = (...of: Parameters<typeof values>) =>
    remote.writer().write(remote.place(), values(...of), Secret.of(remote.access));
  const preview = (...of: Parameters<typeof values>) =>
    remote.writer().preview(remote.place(), values(...of), Secret.of(remote.access));

  it('holds what was written, and that is verified', async () => {
    expect(await write()).toEqual({ isVerified: true });
    expect(remote.fields()).toEqual({ AWS_ACCESS_KEY_ID: newKey.id, AWS_SECRET_ACCESS_KEY: newKey.secret });
  });

  it('says by name what would change', async () => {
    await write('AKIAOLDOLDOLDOLDOLDO', newKey.secret);
    expect(await preview()).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', change: 'replace' },
      { name: 'AWS_SECRET_ACCESS_KEY', change: 'same' },
    ]);
  });

  it('gets nothing written that it holds already', async () => {
    await write();
    remote.peer.requests.length = 0;
    expect(await write()).toEqual({ isVerified: true });
    expect(remote.peer.requests.filter(remote.isWrite)).toEqual([]);
  });

  it('that shows something else right after a write was changed by somebody else', async () => {
    let isWritten = false;
    let read: PeerReply | null = null;
    // It shows what was there before, over and over.
    await write('AKIAOLDOLDOLDOLDOLDO', 'old');
    const peer = remote.peer as unknown as { answer(request: PeerRequest): PeerReply | Promise<PeerReply> };
    const honest = peer.answer.bind(remote.peer);
    peer.answer = async (request) => {
      if (remote.isWrite(request)) {
        isWritten = true;
        return honest(request);
      }
      read ??= await honest(request);
      return read;
    };
    expect((await failureOf(write())).code).toBe('TARGET_CHANGED');
    expect(isWritten).toBe(true);
  });
});
