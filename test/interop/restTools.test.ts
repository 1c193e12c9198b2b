import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
const { api } = await home.serve(['--sandbox']);
const token = (name: string, scope: string, ...more: readonly string[]) =>
  home.json([
    'token',
    'create',
    '--workspace',
    'sandbox',
    '--name',
    name,
    '--scope',
    scope,
    '--days',
    '30',
    ...more,
  ]);
const connect = (name: string, credential: string, ...more: readonly string[]) =>
  home.connect('api', name, '--credential', credential, ...more);

const writer = (await token('writer', 'write')).credential;
const reader = (await token('reader', 'read')).credential;
const chatOnly = (await token('chat only', 'write', '--route', '/api/chat/*')).credential;

const curl = async (...args: readonly string[]) => {
  const { stdout } = await runCommand('/usr/bin/curl', ['-s', '-w', '\n%{http_code}', ...args]);
  const end = stdout.lastIndexOf('\n');
  return { body: stdout.slice(0, end), status: Number(stdout.slice(end + 1)) };
};
const chat = ['-H', 'Content-Type: application/json', '-d', '{"bucketName":"demo","message":"hello"}'];

afterAll(() => home.remove());

describe('curl against the API listener', () => {
  it('reaches the service with nothing but a base URL', async () => {
    const { baseUrl } = await connect('base url', writer.id);
    const me = await curl(`${baseUrl}/api/auth/me`);
    expect(me.status).toBe(200);
    expect(JSON.parse(me.body)).toMatchObject({
      success: true,
      data: { user: { email: expect.any(String) } },
    });
    expect((await curl(...chat, `${baseUrl}/api/chat`)).status).toBe(200);
  });

  it('reaches the service with the local bearer token', async () => {
    const local = await connect('bearer', writer.id);
    expect(
      (await curl('-H', `Authorization: Bearer ${local.token}`, `${local.endpoint}/api/auth/me`)).status,
    ).toBe(200);
    expect(
      (await curl('-H', `Authorization: Bearer ${local.token}`, ...chat, `${local.endpoint}/api/chat`))
        .status,
    ).toBe(200);
  });

  it('is refused without a credential, as JSON that says what to do', async () => {
    const { status, body } = await curl(`${api}/api/auth/me`);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      success: false,
      error: { code: 'AUTH_MISSING', message: expect.any(String) },
    });
  });

  it('refuses POST locally when the token is read-scoped, and explains it', async () => {
    const { baseUrl } = await connect('read', reader.id);
    expect((await curl(`${baseUrl}/api/auth/me`)).status).toBe(200);
    const refused = await curl(...chat, `${baseUrl}/api/chat`);
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body).error.code).toBe('SCOPE_FORBIDDEN');
    const { stdout } = await home.run(['activity', '--limit', '1', '--json']);
    const entry = JSON.parse(stdout);
    expect(entry).toMatchObject({
      connection: 'read',
      method: 'POST',
      path: '/api/chat',
      status: 403,
      refusal: 'SCOPE_FORBIDDEN',
      client: null,
    });
    expect(await home.json(['explain', entry.id])).toMatchObject({
      id: entry.id,
      code: 'SCOPE_FORBIDDEN',
      try: expect.stringMatching(/write/),
    });
  });

  it('keeps to the route of a narrow token', async () => {
    const { baseUrl } = await connect('narrow', chatOnly.id);
    expect((await curl(...chat, `${baseUrl}/api/chat`)).status).toBe(200);
    for (const path of [
      '/api/chatter',
      '/api/usage',
      '/api/chat/../usage',
      '/api/chat/%2e%2e/usage',
      '/api/chat/..%2fusage',
    ]) {
      const { status, body } = await curl('--path-as-is', `${baseUrl}${path}`);
      expect([path, status]).toEqual([path, /\.\.|%2/.test(path) ? 400 : 403]);
      expect(JSON.parse(body).error.code).toMatch(/^(ROUTE_FORBIDDEN|PATH_REFUSED)$/);
    }
  });

  it('refuses a connection that was revoked, at once', async () => {
    const local = await connect('short-lived', writer.id);
    await home.json(['connection', 'revoke', local.id]);
    expect((await curl(`${local.baseUrl}/api/auth/me`)).status).toBe(403);
  });
});
