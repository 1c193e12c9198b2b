import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../../src/main/backend/backend.ts';
import { Pause } from '../../../src/main/backend/pause.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { httpBytes, type Script, ScriptedService } from './scriptedService.ts';

const SECOND_MS = 1000;
const json = { 'content-type': 'application/json' };
const ok = httpBytes(200, '{"success":true,"data":[]}');
const failure = (status: number, code: string, headers: object = {}): Script =>
  httpBytes(status, JSON.stringify({ success: false, error: { code, message: 'Because.' } }), {
    ...json,
    ...headers,
  });
const broken: Script = { kind: 'reset', bytes: '' };

const service = new ScriptedService();
let clock: FakeClock;
let pause: Pause;
beforeEach(async () => {
  clock = new FakeClock(Date.UTC(2026, 10, 24, 20));
  pause = new Pause(clock);
  await service.start();
});
afterEach(async () => {
  await service.stop();
  service.requests.length = 0;
});

/** Another one for each call, as the product makes them; they share what the service asked for. */
const backend = (apiUrl = service.url): Backend =>
  createBackend({ apiUrl, token: Secret.of('nfyio_at_t'), clock, pause });

const create = () => backend().createBucket('photos');
const list = () => backend().listBuckets();

/** Lets the short wait before a repetition pass; what is asked meanwhile is real. */
const settled = async (work: Promise<unknown>): Promise<AppError | null> => {
  const outcomes: unknown[] = [];
  void work.then(
    () => outcomes.push(null),
    (error: unknown) => outcomes.push(error),
  );
  await expect
    .poll(() => {
      if (clock.pendingTimers > 0) clock.advance(300);
      return outcomes.length;
    })
    .toBe(1);
  const [error] = outcomes;
  if (error === null || error instanceof AppError) return error;
  throw error;
};

interface Row {
  readonly what: string;
  readonly script: Script;
  readonly code: string;
  readonly says: string;
  readonly tries: string;
  /** How often a GET is sent, and how often a POST. */
  readonly sent: readonly [number, number];
}

const rows: readonly Row[] = [
  {
    what: '402, the quota is used up',
    script: failure(402, 'QUOTA_EXCEEDED'),
    code: 'BACKEND_QUOTA',
    says: 'The quota of the workspace is used up.',
    tries: 'change the plan',
    sent: [1, 1],
  },
  {
    what: '409, the name is taken',
    script: failure(409, 'DUPLICATE_ENTRY'),
    code: 'BACKEND_CONFLICT',
    says: 'The service already has one of that name.',
    tries: 'another name',
    sent: [1, 1],
  },
  {
    what: '429, with how long to wait',
    script: failure(429, 'RATE_LIMITED', { 'retry-after': '30' }),
    code: 'BACKEND_RATE_LIMITED',
    says: 'Wait until 2026-11-24 20:00:30 UTC (30 seconds).',
    tries: 'Wait for the time named',
    sent: [1, 0],
  },
  {
    what: '500, the service failed',
    script: failure(500, 'INTERNAL_ERROR'),
    code: 'BACKEND_FAILED',
    says: 'The service failed.',
    tries: 'Try again later',
    sent: [1, 1],
  },
  ...[502, 503, 504].map(
    (status): Row => ({
      what: `${status}, a gateway without a server`,
      script: httpBytes(status, '<h1>Gateway</h1>', { 'content-type': 'text/html' }),
      code: 'BACKEND_FAILED',
      says: `status ${status}`,
      tries: 'Try again later',
      sent: [2, 1],
    }),
  ),
  {
    what: 'a connection that breaks off',
    script: broken,
    code: 'BACKEND_UNREACHABLE',
    says: 'the connection broke off',
    tries: 'Check the network',
    sent: [2, 1],
  },
];

describe('each failure of the service has its behaviour and its words', () => {
  it.each(rows)('$what', async ({ script, code, says, tries, sent }) => {
    service.answer = () => script;
    const read = await settled(list());
    const reads = service.requests.length;
    const write = await settled(create());
    expect([reads, service.requests.length - reads]).toEqual(sent);
    expect([read?.code, write?.code]).toEqual([code, code]);
    expect(read?.message).toContain(says);
    expect(read?.hint).toContain(tries);
  });

  it('a service that is not there is not asked twice', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await settled(backend(`http://127.0.0.1:${port}`).listBuckets());
    expect(error?.code).toBe('BACKEND_UNREACHABLE');
    expect(error?.message).toContain('nothing listens there');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('what passes', () => {
  it.each([
    ['a gateway without a server', httpBytes(502, '')],
    ['a connection that breaks off', broken],
  ])('%s: what changes nothing is asked once more, and answered', async (_, script) => {
    service.answer = () => (service.requests.length === 1 ? script : ok);
    expect(await settled(list())).toBeNull();
    expect(service.requests).toHaveLength(2);
  });
});

describe('after 429', () => {
  const limited = (headers: object) => {
    service.answer = () => (service.requests.length === 1 ? failure(429, 'RATE_LIMITED', headers) : ok);
  };

  it.each([
    ['seconds', { 'retry-after': '30' }, 30],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 20:00:30 GMT' }, 30],
    ['nothing', {}, 5],
    ['something else', { 'retry-after': 'soon' }, 5],
    ['a hundred days', { 'retry-after': '8640000' }, 86_400],
  ])('with %s, nothing is sent to the workspace until the time is over', async (_, headers, seconds) => {
    limited(headers);
    expect((await settled(list()))?.code).toBe('BACKEND_RATE_LIMITED');
    clock.advance(seconds * SECOND_MS - SECOND_MS);
    // A storm: everything at once, of every kind.
    const storm = await Promise.all(
      Array.from({ length: 50 }, (_, index) => settled(index % 2 === 0 ? list() : create())),
    );
    expect(new Set(storm.map((error) => error?.code))).toEqual(new Set(['BACKEND_RATE_LIMITED']));
    expect(storm[0]?.message).toContain('(1 second)');
    expect(service.requests).toHaveLength(1);
    clock.advance(SECOND_MS);
    expect(await settled(list())).toBeNull();
    expect(service.requests).toHaveLength(2);
  });

  it('another workspace is asked on', async () => {
    limited({ 'retry-after': '30' });
    await settled(list());
    const other = createBackend({ apiUrl: service.url, token: Secret.of('nfyio_at_o'), clock });
    expect(await settled(other.listBuckets())).toBeNull();
  });

  it('503 with Retry-After is waited for in the same way', async () => {
    service.answer = () => failure(503, 'MAINTENANCE', { 'retry-after': '60' });
    expect((await settled(list()))?.message).toContain('Wait until 2026-11-24 20:01:00 UTC (60 seconds).');
    expect((await settled(list()))?.code).toBe('BACKEND_RATE_LIMITED');
    expect(service.requests).toHaveLength(1);
  });
});
