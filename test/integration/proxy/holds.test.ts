import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import {
  expectedAuthorization,
  keyCredential,
  type ProxyWorld,
  realKey,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { outcomeOf, type PlainRequest, type RawReply, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld({ maxHeld: 3, holdTimeoutMs: 60_000 });
});
afterEach(() => world.stop());

const KEY = 'key-1';
const newKey = { ...realKey, secretAccessKey: 'the/New+Secret0123456789abcdefghijklmnop' };
const signed = (method: string, target: string, body?: string) =>
  signedLocally(world, { method, target, ...(body === undefined ? {} : { body }) });
/** Sends it and resolves with the reply to come once it waits. */
const held = async (request: PlainRequest): Promise<{ readonly reply: Promise<RawReply> }> => {
  const before = world.clock.pendingTimers;
  const reply = send(world.s3Port, request);
  await eventually(() => expect(world.clock.pendingTimers).toBeGreaterThan(before));
  return { reply };
};
const changeSecret = (): void => {
  world.grants.realSecretKey = newKey.secretAccessKey;
};
const authorization = (at: number): string | undefined => {
  const recorded = world.upstream.requests[at];
  return recorded && valuesOf(recorded, 'authorization')[0];
};
const answerOnce = (status: number, body: string): void => {
  const { answer } = world.upstream;
  world.upstream.answer = (incoming, outgoing) => {
    world.upstream.answer = answer;
    changeSecret();
    incoming.on('end', () => outgoing.writeHead(status, { 'content-length': body.length }).end(body));
    incoming.resume();
  };
};
const unknownKey = '<Error><Code>InvalidAccessKeyId</Code></Error>';
const badSignature = '<Error><Code>SignatureDoesNotMatch</Code></Error>';

describe('while the secret of a key changes', () => {
  it('new requests wait, and are signed with the new one', async () => {
    const release = world.proxy.hold(KEY);
    const get = await held(await signed('GET', '/demo/a'));
    const put = await held(await signed('PUT', '/demo/b', 'hello'));
    expect(world.upstream.requests).toEqual([]);
    expect(world.proxy.requestsWith(KEY).running).toEqual([]);
    world.clock.advance(250);
    changeSecret();
    expect(release()).toEqual({ requests: 2, longestMs: 250 });
    expect([(await get.reply).status, (await put.reply).status]).toEqual([200, 200]);
    for (const recorded of world.upstream.requests)
      expect(valuesOf(recorded, 'authorization')).toEqual([await expectedAuthorization(recorded, newKey)]);
    expect(world.upstream.requests.map(({ body }) => String(body)).sort()).toEqual(['', 'hello']);
  });

  it('a write that waits is good once, as any other', async () => {
    const request = await signed('PUT', '/demo/a', 'hello');
    const release = world.proxy.hold(KEY);
    const first = await held(request);
    expect(outcomeOf(await send(world.s3Port, request))).toBe('AUTH_REPLAYED');
    release();
    expect((await first.reply).status).toBe(200);
    expect(outcomeOf(await send(world.s3Port, request))).toBe('AUTH_REPLAYED');
  });

  it('a signature does not grow too old by waiting, and a longer wait is told as such', async () => {
    const soon = world.proxy.hold(KEY);
    world.clock.advance(0);
    const early = await signed('GET', '/demo/a');
    world.clock.advance(299_000);
    const waits = await held(early);
    world.clock.advance(50_000);
    soon();
    expect((await waits.reply).status).toBe(200);

    const release = world.proxy.hold(KEY);
    const late = await held(await signed('PUT', '/demo/late', 'x'));
    world.clock.advance(60_000);
    const reply = await late.reply;
    expect(reply.status).toBe(503);
    expect(outcomeOf(reply)).toBe('KEY_HELD');
    expect(valuesOf(reply, 'retry-after')).toEqual(['1']);
    expect(release()).toEqual({ requests: 1, longestMs: 60_000 });
  });

  it('no more wait than there is room for', async () => {
    const release = world.proxy.hold(KEY);
    const waiting = [];
    for (let count = 0; count < 3; count += 1)
      waiting.push(await held(await signed('GET', `/demo/${count}`)));
    expect(outcomeOf(await send(world.s3Port, await signed('GET', '/demo/3')))).toBe('KEY_HELD');
    release();
    for (const { reply } of waiting) expect((await reply).status).toBe(200);
  });

  it('those of another credential do not wait', async () => {
    const release = world.proxy.hold('another');
    expect((await send(world.s3Port, await signed('GET', '/demo/a'))).status).toBe(200);
    release();
  });

  it('a lock ends what waits, and so does the end of its connection', async () => {
    const release = world.proxy.hold(KEY);
    const first = await held(await signed('GET', '/demo/a'));
    world.proxy.abortAll();
    expect(outcomeOf(await first.reply)).toBe('VAULT_LOCKED');
    const second = await held(await signed('GET', '/demo/b'));
    world.grants.s3 = { ...world.grants.s3, connectionId: 'another', credentials: [] };
    release();
    expect(outcomeOf(await second.reply)).toBe('CREDENTIAL_GONE');
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('a request that the upstream refuses because its key has just changed', () => {
  it.each([
    ['GET', badSignature],
    ['DELETE', unknownKey],
    ['HEAD', ''],
    ['PUT', badSignature],
  ])('is signed anew and sent once more: %s', async (method, body) => {
    answerOnce(403, body);
    expect((await send(world.s3Port, await signed(method, '/demo/a'))).status).toBe(200);
    const [, again] = world.upstream.requests;
    expect(world.upstream.requests).toHaveLength(2);
    expect(authorization(1)).toBe(again && (await expectedAuthorization(again, newKey)));
  });

  it('is to be sent again by the tool, where its body is gone', async () => {
    answerOnce(403, badSignature);
    const request = await signed('PUT', '/demo/a', 'hello');
    const reply = await send(world.s3Port, request);
    expect([reply.status, outcomeOf(reply)]).toEqual([503, 'KEY_CHANGED']);
    // The upstream did nothing with it: the same signature may try again.
    expect((await send(world.s3Port, request)).status).toBe(200);
  });

  /** Refused while the secret changes: it waits for the new one. */
  const waitingAnew = async () => {
    const timers = world.clock.pendingTimers;
    let release = (): unknown => undefined;
    const { answer } = world.upstream;
    world.upstream.answer = (_, outgoing) => {
      world.upstream.answer = answer;
      release = world.proxy.hold(KEY);
      outgoing.writeHead(403).end(unknownKey);
    };
    const reply = send(world.s3Port, await signed('GET', '/demo/a'));
    await eventually(() => expect(world.clock.pendingTimers).toBeGreaterThan(timers));
    await eventually(() => expect(world.proxy.requestsWith(KEY).running).toEqual([]));
    return { reply, release: () => release() };
  };

  it('waits where the change is still under way', async () => {
    const { reply, release } = await waitingAnew();
    changeSecret();
    release();
    expect((await reply).status).toBe(200);
  });

  it('is told at once that its connection was revoked, though it waits, as is one that has just come', async () => {
    const { reply } = await waitingAnew();
    const fresh = await held(await signed('GET', '/demo/b'));
    world.grants.s3 = { ...world.grants.s3, connectionId: 'another' };
    world.proxy.abortRevoked();
    expect([outcomeOf(await reply), outcomeOf(await fresh.reply)]).toEqual(['AUTH_UNKNOWN', 'AUTH_UNKNOWN']);
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is refused, and not tried again, where the key is what it was', async () => {
    world.upstream.answer = (_, outgoing) => void outgoing.writeHead(403).end(badSignature);
    expect(outcomeOf(await send(world.s3Port, await signed('GET', '/demo/a')))).toBe('UPSTREAM_SIGNATURE');
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is refused where no key is left', async () => {
    world.upstream.answer = (_, outgoing) => {
      world.grants.s3 = { ...world.grants.s3, credentials: [] };
      outgoing.writeHead(403).end(unknownKey);
    };
    expect(outcomeOf(await send(world.s3Port, await signed('GET', '/demo/a')))).toBe('CREDENTIAL_GONE');
  });
});

describe('a credential that gives its place to another one', () => {
  it('lets what runs with it end, and is told when that was', async () => {
    let end = (): void => undefined;
    world.upstream.answer = (_, outgoing) => {
      outgoing.write('begun ');
      end = () => void outgoing.end('ended');
    };
    const reply = send(world.s3Port, await signed('GET', '/demo/a'));
    await eventually(() => expect(world.proxy.requestsWith(KEY).running).toHaveLength(1));
    const idle = world.proxy.idle(KEY, 60_000);
    world.grants.retiring.add(KEY);
    world.grants.s3 = { ...world.grants.s3, credentials: [keyCredential({ id: 'key-2' })] };
    world.proxy.abortRevoked();
    await eventually(() => expect(world.proxy.requestsWith(KEY).running[0]?.bytesOut).toBe(6));
    expect(await world.proxy.idle('key-2', 0)).toBe(true);
    const cut = world.proxy.idle(KEY, 100);
    world.clock.advance(100);
    expect(await cut).toBe(false);
    end();
    expect((await reply).text).toContain('ended');
    expect(await idle).toBe(true);
    expect(world.proxy.requestsWith(KEY)).toEqual({ running: [], lastEndedMs: world.clock.now() });
  });
});
