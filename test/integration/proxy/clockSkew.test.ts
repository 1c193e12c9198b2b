import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken, type ProxyWorld, signedLocally, startProxyWorld } from './proxyWorld.ts';
import { codeOf, type RawReply, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const MINUTE = 60_000;
const isoOf = (amzDate: string): string =>
  amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');

/** Checks the date of a signature against its own clock, as S3 does: 15 minutes either way. */
const runUpstreamAhead = (offsetMs: number, dateHeader?: (date: string) => string): void => {
  world.upstream.answer = (incoming, outgoing) => {
    incoming.resume();
    const nowMs = world.clock.now() + offsetMs;
    const signedMs = Date.parse(isoOf(String(incoming.headers['x-amz-date'])));
    const date = new Date(nowMs).toUTCString();
    outgoing.sendDate = false;
    const headers = { Date: dateHeader?.(date) ?? date, 'Content-Type': 'application/xml' };
    if (Math.abs(signedMs - nowMs) <= 15 * MINUTE) outgoing.writeHead(200, headers).end('stored');
    else outgoing.writeHead(403, headers).end('<Error><Code>RequestTimeTooSkewed</Code></Error>');
  };
};
const call = async (method = 'GET', body?: string): Promise<RawReply> => {
  world.clock.advance(1_000);
  const request = { method, target: '/demo/a', ...(body === undefined ? {} : { body }) };
  return send(world.s3Port, await signedLocally(world, request));
};

describe('a clock that differs from the upstream’s', () => {
  it.each([0, 4, 14, -4, -14])('by %i minutes is close enough', async (minutes) => {
    runUpstreamAhead(minutes * MINUTE);
    expect((await call()).status).toBe(200);
    expect(world.upstream.requests).toHaveLength(1);
  });

  it.each([16, 60, 23 * 60, -16, -60, -23 * 60])(
    'by %i minutes is learned at the first refusal, and from then on known',
    async (minutes) => {
      runUpstreamAhead(minutes * MINUTE);
      expect((await call()).status).toBe(200);
      expect(world.upstream.requests).toHaveLength(2);
      expect((await call()).status).toBe(200);
      expect((await call('PUT', 'body')).status).toBe(200);
      expect(world.upstream.requests).toHaveLength(4);
    },
  );

  it.each([25 * 60, -25 * 60])('by %i minutes is more than a clock can explain', async (minutes) => {
    runUpstreamAhead(minutes * MINUTE);
    const reply = await call();
    expect(reply.status).toBe(403);
    expect(reply.body).toContain('RequestTimeTooSkewed');
    expect(world.upstream.requests).toHaveLength(1);
  });

  it.each([
    ['missing', undefined],
    ['garbage', 'yesterday'],
    ['in another form', '2026-11-23T13:00:00Z'],
  ])('is not learned from a Date that is %s', async (_, date) => {
    world.upstream.answer = (_incoming, outgoing) => {
      outgoing.sendDate = false;
      outgoing.writeHead(403, date === undefined ? {} : { Date: date });
      outgoing.end('<Error><Code>RequestTimeTooSkewed</Code></Error>');
    };
    expect((await call()).status).toBe(403);
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is not asked about twice when the upstream will not have it either way', async () => {
    world.upstream.answer = (_, outgoing) => {
      outgoing.sendDate = false;
      outgoing.writeHead(403, { Date: new Date(world.clock.now() + 60 * MINUTE).toUTCString() });
      outgoing.end('<Error><Code>RequestTimeTooSkewed</Code></Error>');
    };
    expect((await call()).status).toBe(403);
    expect(world.upstream.requests).toHaveLength(2);
    // What its clock says is known by now: there is nothing to be tried once more.
    expect((await call()).status).toBe(403);
    expect(world.upstream.requests).toHaveLength(3);
  });

  it('is learned for a HEAD from the dates alone', async () => {
    runUpstreamAhead(60 * MINUTE);
    expect((await call('HEAD')).status).toBe(200);
    expect(world.upstream.requests).toHaveLength(2);
  });

  it('asks a tool to send its body again, which then arrives', async () => {
    runUpstreamAhead(60 * MINUTE);
    const reply = await call('PUT', 'body');
    expect([reply.status, codeOf(reply)]).toEqual([503, 'CLOCK_SKEWED']);
    expect((await call('PUT', 'body')).status).toBe(200);
    expect(world.upstream.requests).toHaveLength(2);
  });

  it('is not told the tool, which would take the difference for its own', async () => {
    runUpstreamAhead(60 * MINUTE);
    const reply = await call();
    expect(valuesOf(reply, 'date')).toEqual([new Date(world.clock.now()).toUTCString()]);
  });

  it('is learned anew when it is set right', async () => {
    runUpstreamAhead(60 * MINUTE);
    await call();
    runUpstreamAhead(0);
    expect((await call()).status).toBe(200);
    expect(world.upstream.requests).toHaveLength(4);
  });

  it('is not learned from the API, and moves no limit of a connection', async () => {
    const expiresAtMs = world.clock.now() + 30 * MINUTE;
    world.grants.api = { ...world.grants.api, expiresAtMs };
    world.upstream.answer = (_, outgoing) =>
      outgoing
        .writeHead(403, { Date: new Date(world.clock.now() - 60 * MINUTE).toUTCString() })
        .end('RequestTimeTooSkewed');
    const ask = () =>
      send(world.apiPort, { target: '/api/a', headers: { Authorization: `Bearer ${localToken}` } });
    expect((await ask()).status).toBe(403);
    expect(world.upstream.requests).toHaveLength(1);
    world.clock.advance(31 * MINUTE);
    expect(codeOf(await ask())).toBe('CONNECTION_EXPIRED');
  });
});
