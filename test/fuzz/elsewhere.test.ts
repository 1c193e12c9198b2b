import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ByteUpstream } from './byteUpstream.ts';
import { places, ways } from './elsewhere.ts';
import { fewAtOnce, meet } from './meet.ts';
import { isFromUpstream, isOwnForm } from './replies.ts';
import { StartedProxy } from './startedProxy.ts';

let upstream: ByteUpstream;
let proxy: StartedProxy;
let connectionsElsewhere = 0;
const elsewhere: Server[] = [];
let elsewherePort = 0;

/** Where there is one, the system's own account of every connection. */
const strace = ['/usr/bin/strace'].find(existsSync);
const trace = join(mkdtempSync(join(tmpdir(), 'nfyio-vault-connections-')), 'trace');
const tracer =
  strace === undefined
    ? []
    : [strace, '-f', '--seccomp-bpf', '-qq', '-e', 'trace=connect', '-o', trace, process.execPath];

const listenElsewhere = (port: number, host: string): Promise<number> => {
  const server = createServer((socket) => {
    connectionsElsewhere += 1;
    socket.destroy();
  });
  elsewhere.push(server);
  return new Promise((resolve) => {
    // A machine without IPv6 has nothing there to be reached.
    server.once('error', () => resolve(port));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
};

beforeAll(async () => {
  elsewherePort = await listenElsewhere(0, '0.0.0.0');
  await listenElsewhere(elsewherePort, '::1');
  upstream = new ByteUpstream();
  await upstream.start();
  proxy = await StartedProxy.start(upstream.origin, tracer);
});
afterAll(async () => {
  await proxy.stop();
  await upstream.stop();
  for (const server of elsewhere) server.close();
  rmSync(dirname(trace), { recursive: true });
});

describe.each(['api', 's3'] as const)('with a valid credential, the %s listener', (kind) => {
  it('is asked in more than 300 ways to go elsewhere, and connects to the configured upstream alone', async () => {
    const asked = ways.flatMap((way) => places(elsewherePort).map((place) => ({ way, place })));
    expect(asked.length).toBeGreaterThan(300);
    const outcomes = await fewAtOnce(asked, async ({ way, place }) => {
      const { received, replies } = await meet(proxy, kind, (draft) => way.ask(draft, place));
      const isSound = replies.every((reply) => isFromUpstream(reply) || isOwnForm(reply, kind));
      return { asked: `${way.name}: ${place}`, isSound, count: replies.length, received };
    });
    expect(outcomes.filter(({ isSound, count }) => !isSound || count !== 1)).toEqual([]);
    expect(proxy.death).toBeNull();
    expect(connectionsElsewhere).toBe(0);
  });
});

describe('what the proxy did meanwhile', () => {
  it('was to connect to the upstream, and to look up no name', () => {
    expect(upstream.connections).toBeGreaterThan(0);
    expect(proxy.connections.length).toBeGreaterThanOrEqual(upstream.connections);
    expect([...new Set(proxy.connections)]).toEqual([`127.0.0.1:${upstream.port}`]);
  });

  it.skipIf(strace === undefined)('is confirmed by the system', () => {
    const calls = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((call) => call.includes('connect('));
    const others = calls.filter(
      (call) => !call.includes(`sin_port=htons(${upstream.port}), sin_addr=inet_addr("127.0.0.1")`),
    );
    expect(calls.length).toBeGreaterThanOrEqual(upstream.connections);
    expect(others).toEqual([]);
  });

  it('was to tell the upstream its own name alone', () => {
    const { host } = new URL(upstream.origin);
    const named = upstream.requests.flatMap(({ headers }) =>
      headers.filter(([name]) => /^(?:host|forwarded|x.*host.*|x-forwarded.*)$/.test(name)),
    );
    const others = named.filter(([name, value]) => name !== 'host' || value !== host).map(([name]) => name);
    expect([...new Set(others)]).toEqual([]);
    expect(upstream.malformed).toEqual([]);
  });
});
