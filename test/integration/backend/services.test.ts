import { afterEach, beforeEach, expect, it } from 'vitest';
import { Services } from '../../../src/main/backend/services.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { httpBytes, ScriptedService } from './scriptedService.ts';

const ok = httpBytes(200, '{"success":true,"data":[]}');
const slowDown = httpBytes(429, '{"success":false,"error":{"code":"RATE_LIMITED","message":"Later."}}', {
  'content-type': 'application/json',
  'retry-after': '30',
});

const backend = new ScriptedService();
let clock: FakeClock;
let heard: string[];
let services: Services;

beforeEach(async () => {
  await backend.start();
  clock = new FakeClock(Date.UTC(2026, 10, 24, 20));
  heard = [];
  services = new Services({
    clock,
    control: (workspaceId) => ({ apiUrl: backend.url, token: Secret.of(`control-of-${workspaceId}`) }),
    heard: (workspaceId, operation, verdict) => heard.push(`${workspaceId}: ${operation} ${verdict}`),
  });
});
afterEach(async () => {
  await backend.stop();
  backend.requests.length = 0;
});

const outcome = (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const list = (workspaceId: string) => outcome(services.of(workspaceId).listBuckets());
const probe = (workspaceId: string) =>
  outcome(services.probeToken(workspaceId, backend.url, Secret.of('nfyio_at_shown')));

it.each([
  ['a call with the control token', list],
  ['a token that was shown to it', probe],
])('a service that asks to wait, answering %s, is asked nothing more for its workspace', async (_, first) => {
  backend.answer = () => slowDown;
  expect(await first('one')).toBe('BACKEND_RATE_LIMITED');
  backend.answer = () => ok;
  expect(await list('one')).toBe('BACKEND_RATE_LIMITED');
  expect(await probe('one')).toBe('BACKEND_RATE_LIMITED');
  expect(backend.requests).toHaveLength(1);
  expect(await list('other')).toBe('done');
  clock.advance(30_000);
  expect(await list('one')).toBe('done');
});

it('each workspace is asked with its own control token, and hears what that may do', async () => {
  backend.answer = (request) =>
    request.includes('control-of-one')
      ? ok
      : httpBytes(403, '{"success":false,"error":{"code":"FORBIDDEN"}}');
  expect(await list('one')).toBe('done');
  expect(await list('other')).toBe('BACKEND_FORBIDDEN');
  expect(heard).toEqual(['one: listBuckets allowed', 'other: listBuckets forbidden']);
});
