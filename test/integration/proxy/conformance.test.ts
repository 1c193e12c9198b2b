import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { grantOf, localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { codeOf, type RawReply, send } from './rawClient.ts';
import { ok, type RawArrival, RawUpstream } from './rawUpstream.ts';
import { valuesOf } from './recordingUpstream.ts';
import { type UpstreamReply, upstreamReplies } from './upstreamReplies.ts';

let world: ProxyWorld;
let upstream: RawUpstream;
beforeAll(async () => {
  world = await startProxyWorld();
  upstream = new RawUpstream();
  await upstream.start();
});
afterAll(async () => {
  await world.stop();
  await upstream.stop();
});
let rowNumber = 0;
beforeEach(() => {
  rowNumber += 1;
  upstream.connections = 0;
  // Another credential each time: its own connections, and none that was there before.
  const [token] = grantOf('api').credentials;
  world.grants.api = grantOf('api', {
    upstream: upstream.origin,
    credentials: token === undefined ? [] : [{ ...token, id: `token-${rowNumber}` }],
  });
});

const request = (method: string, target: string): Promise<RawReply> =>
  send(world.apiPort, { method, target, headers: { Authorization: `Bearer ${localToken}` } });

const answerWith =
  ({ bytes, end }: UpstreamReply) =>
  async ({ socket }: RawArrival): Promise<void> => {
    for (const piece of bytes) await new Promise((sent) => socket.write(Buffer.from(piece, 'latin1'), sent));
    if (end === 'fin') socket.end();
    // The bytes before it are to be read first; a reset would take them back.
    if (end === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
  };

/** The body as the tool's HTTP library would hand it out; null when the reply has no proper end. */
const bodyOf = (reply: RawReply, method: string): string | null => {
  if (method === 'HEAD' || reply.status === 204 || reply.status === 304) return reply.body;
  const [length] = valuesOf(reply, 'content-length');
  if (length !== undefined) return reply.body.length === Number(length) ? reply.body : null;
  const [encoding] = valuesOf(reply, 'transfer-encoding');
  // Up to the end of the connection: as good as the end that the upstream made, and no reset.
  if (encoding === undefined && valuesOf(reply, 'connection')[0] === 'close')
    return reply.isReset ? null : reply.body;
  if (encoding !== 'chunked') return null;
  let body = '';
  let rest = reply.body;
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest, 16);
    if (end === -1 || Number.isNaN(size)) return null;
    if (size === 0) return rest === '0\r\n\r\n' ? body : null;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
};

const framing = new Set(['connection', 'transfer-encoding', 'keep-alive']);

it.each(upstreamReplies.map((reply) => [reply.name, reply] as const))('%s', async (_, row) => {
  const { method = 'GET', seen, isKept } = row;
  upstream.answer = (arrival) => {
    if (arrival.target === '/api/next') arrival.socket.write(ok('the next reply'));
    else void answerWith(row)(arrival);
  };
  const reply = await request(method, '/api/asked');
  const body = bodyOf(reply, method);
  const code = codeOf(reply);
  if (seen.kind === 'refused') expect([reply.status, code]).toEqual([502, 'UPSTREAM_BROKEN']);
  else expect([reply.status, code]).toEqual([seen.status, undefined]);
  if (seen.kind === 'cut') expect(body).toBeNull();
  if (seen.kind === 'whole') {
    expect(body).toBe(seen.body);
    const endToEnd = reply.headers.filter(([name]) => !framing.has(name.toLowerCase()));
    if (seen.headers !== undefined) expect(endToEnd).toEqual(seen.headers);
  }
  expect((await request('GET', '/api/next')).body).toBe('the next reply');
  expect(upstream.connections).toBe(isKept ? 1 : 2);
});

it('are a hundred and twenty at least, each under a name of its own', () => {
  expect(upstreamReplies.length).toBeGreaterThanOrEqual(120);
  expect(new Set(upstreamReplies.map(({ name }) => name)).size).toBe(upstreamReplies.length);
});
