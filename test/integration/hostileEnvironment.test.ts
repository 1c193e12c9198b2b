import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned, TestAuthority } from '../helpers/certificates.ts';
import { TestHome } from '../helpers/servedVault.ts';

/** The built host, in an environment that somebody set up against it. */

const realToken = 'nfyio_at_HOSTILEcanary0123456789abcdefghij';
const authority = new TestAuthority();
const keyLog = join(authority.folder, 'keys.log');
const servers: Server[] = [];
/** Authorization of every request that any upstream got. */
const arrived: (string | undefined)[] = [];
let trapped = 0;

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const upstreams: Record<string, string> = {};
let plainOrigin: string;
let hostile: Record<string, NodeJS.ProcessEnv>;

beforeAll(async () => {
  const certificates = {
    'from an authority in the environment': authority.issue('localhost'),
    'that has expired': authority.issue('localhost', -1),
    'of another host': authority.issue('elsewhere.test'),
    'signed by itself': selfSigned(),
  };
  for (const [name, certificate] of Object.entries(certificates)) {
    const server = createTlsServer(certificate, (incoming, outgoing) => {
      arrived.push(incoming.headers.authorization);
      outgoing.end('upstream');
    });
    server.on('tlsClientError', () => undefined);
    upstreams[name] = `https://localhost:${await listen(server)}`;
  }
  plainOrigin = `http://127.0.0.1:${await listen(
    createPlainServer((incoming, outgoing) => {
      arrived.push(incoming.headers.authorization);
      outgoing.end('upstream');
    }),
  )}`;
  const trap = `http://127.0.0.1:${await listen(
    createServer((socket) => {
      trapped += 1;
      socket.destroy();
    }),
  )}`;
  const proxies = Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'].map((name) => [
      name,
      trap,
    ]),
  );
  hostile = {
    'a switched-off certificate check': { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    'an added authority': { NODE_EXTRA_CA_CERTS: authority.file },
    'authorities of the system': {
      SSL_CERT_FILE: authority.file,
      SSL_CERT_DIR: authority.folder,
      NODE_OPTIONS: '--use-openssl-ca --tls-min-v1.0',
    },
    proxies: { ...proxies, NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1' },
    watchers: { SSLKEYLOGFILE: keyLog, NODE_DEBUG: '*', UNDICI_DEBUG: '*', DEBUG: '*' },
  };
  hostile['all of it'] = Object.assign({}, ...Object.values(hostile));
});
afterAll(() => {
  for (const server of servers) server.close();
  authority.remove();
});

let home: TestHome;
afterEach(() => home.remove());

/** @returns what a tool gets through a connection to that upstream */
const ask = async (
  name: string,
  upstream: string,
  api: string,
): Promise<{ status: number; code: string | null }> => {
  const here = ['--workspace', name, '--name', name];
  await home.json(['workspace', 'add', '--name', name, '--api-url', upstream]);
  await home.json(['token', 'import', ...here, '--scope', 'write', '--unverified'], realToken);
  const { connection } = await home.json(['connection', 'create', ...here, '--kind', 'api']);
  localTokens.push(connection.token);
  const reply = await fetch(`${api}/api/usage`, { headers: { Authorization: `Bearer ${connection.token}` } });
  await reply.arrayBuffer();
  return { status: reply.status, code: reply.headers.get('x-nfyio-vault-error') };
};
const localTokens: string[] = [];

describe.each([
  'a switched-off certificate check',
  'an added authority',
  'authorities of the system',
  'proxies',
  'watchers',
  'all of it',
])('%s in the environment', (name) => {
  it('lets no impostor have a credential, and nobody else see one', async () => {
    arrived.length = 0;
    home = new TestHome();
    const { api } = await home.serve([], hostile[name]);
    for (const [certificate, origin] of Object.entries(upstreams))
      expect([certificate, await ask(certificate.replaceAll(' ', '-'), origin, api)]).toEqual([
        certificate,
        { status: 502, code: 'UPSTREAM_TLS' },
      ]);
    const [impostor = ''] = Object.values(upstreams);
    const add = ['workspace', 'add', '--name', 'managed', '--api-url', impostor, '--token-stdin', '--json'];
    const managed = await home.run(add, realToken);
    expect(managed.exitCode).not.toBe(0);
    expect(managed.stdout + managed.stderr).toContain('BACKEND_UNREACHABLE');
    expect(arrived).toEqual([]);

    expect(await ask('plain', plainOrigin, api)).toEqual({ status: 200, code: null });
    expect(arrived).toEqual([`Bearer ${realToken}`]);
    expect(trapped).toBe(0);
    expect(existsSync(keyLog)).toBe(false);
    expect(await home.stop()).toBe(0);
    // What the host itself wrote, watchers or not; the command line prints a local token once, to whom asked for it.
    expect(home.hostOutput.join('')).not.toContain(realToken);
    for (const token of localTokens) expect(home.hostOutput.join('')).not.toContain(token);
  });
});
