import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { githubActionsWriter } from '../../../../src/main/rollout/places/githubActions.ts';
import { failureOf, githubPlace, newKey, values } from './remotePlaces.ts';

const writer = githubActionsWriter();
let remote: ReturnType<typeof githubPlace>;
beforeEach(async () => {
  remote = githubPlace();
  await remote.peer.start();
});
afterEach(() => remote.peer.stop());

const access = (): Secret => Secret.of(remote.access);
const write = (changes: object = {}) => writer.write({ ...remote.place(), ...changes }, values(), access());
const preview = (changes: object = {}) =>
  writer.preview({ ...remote.place(), ...changes }, values(), access());
const isPut = ({ method }: { method: string }): boolean => method === 'PUT';

describe('a secret of GitHub Actions', () => {
  it('is what GitHub finds when it opens the sealed box', async () => {
    expect(await write()).toEqual({ isVerified: false });
    expect(remote.peer.opened('AWS_ACCESS_KEY_ID')).toBe(newKey.id);
    expect(remote.peer.opened('AWS_SECRET_ACCESS_KEY')).toBe(newKey.secret);
    const sent = remote.peer.requests.map(({ body }) => body.toString()).join('');
    expect(sent).not.toContain(newKey.secret);
  });

  it('lies in an environment where one is named, and in the repository otherwise', async () => {
    await write({ environment: remote.peer.environment });
    expect(remote.peer.opened('AWS_ACCESS_KEY_ID', 'environment')).toBe(newKey.id);
    expect(remote.peer.opened('AWS_ACCESS_KEY_ID')).toBeNull();
  });

  it('that is there is unreadable, and nothing of it is asked for', async () => {
    await writer.write(remote.place(), values().slice(0, 1), access());
    expect(await preview()).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', change: 'unreadable' },
      { name: 'AWS_SECRET_ACCESS_KEY', change: 'add' },
    ]);
  });

  it('may be written twice, in one second or years apart', async () => {
    await write();
    await write();
    remote.peer.nowMs += 3 * 365 * 86_400_000;
    await write();
    expect(remote.peer.opened('AWS_ACCESS_KEY_ID')).toBe(newKey.id);
  });

  it('that shows no sign of having been written was not', async () => {
    await write();
    remote.peer.nowMs += 86_400_000;
    const date = new Date(remote.peer.nowMs).toUTCString();
    remote.peer.fault = (request) => (isPut(request) ? { status: 204, headers: { date } } : null);
    expect((await failureOf(write())).code).toBe('TARGET_CHANGED');
  });

  it('that is gone right after it was written was not written', async () => {
    remote.peer.fault = (request) => (isPut(request) ? { status: 201, body: {} } : null);
    expect((await failureOf(write())).code).toBe('TARGET_CHANGED');
  });

  it.each(['owner', 'repository', 'environment'])('of an unknown %s is missing', async (field) => {
    for (const attempt of [write({ [field]: 'unknown' }), preview({ [field]: 'unknown' })])
      expect((await failureOf(attempt)).code).toBe('TARGET_MISSING');
  });

  it('is refused to another token', async () => {
    const error = await failureOf(writer.write(remote.place(), values(), Secret.of('ghp_other')));
    expect(error).toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining('401') });
  });

  it.each([{ 'x-ratelimit-remaining': '0' }, { 'retry-after': '60' }])(
    'is tried again later when GitHub says %j with its 403',
    async (headers) => {
      remote.peer.failOnce({ status: 403, body: { message: 'rate limit' }, headers });
      expect((await failureOf(write())).code).toBe('TARGET_UNREACHABLE');
    },
  );

  it.each(['GITHUB_TOKEN', 'github_x', 'a-b', 'a.b'])('is not named %s', async (odd) => {
    const named = [{ name: odd, value: Secret.of('x') }];
    const error = await failureOf(writer.write(remote.place(), named, access()));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(odd) });
    expect(remote.peer.requests).toEqual([]);
  });

  it('is not sealed for a key that is none', async () => {
    for (const key of ['AAAA', 'not base64', '']) {
      remote.peer.failOnce({ status: 200, body: { key_id: '1', key } });
      expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
    }
    expect(remote.peer.requests.filter(isPut)).toEqual([]);
  });
});
