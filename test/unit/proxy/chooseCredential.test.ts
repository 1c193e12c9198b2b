import { describe, expect, it } from 'vitest';
import { chooseCredential } from '../../../src/main/proxy/chooseCredential.ts';
import type { Need } from '../../../src/main/proxy/requestPolicy.ts';
import type { Credential, KeyCredential, TokenCredential } from '../../../src/shared/contract/credentials.ts';

const NOW_MS = Date.UTC(2026, 10, 23);
const PAST = '2026-11-22T00:00:00.000Z';

const common = {
  uid: null,
  workspaceId: 'w',
  origin: 'imported',
  createdAt: PAST,
  expiresAt: null,
} as const;
const token = (id: string, fields: Partial<TokenCredential> = {}): TokenCredential => ({
  ...common,
  id,
  name: id,
  kind: 'token',
  scope: 'write',
  route: null,
  ...fields,
});
const key = (id: string, fields: Partial<KeyCredential> = {}): KeyCredential => ({
  ...common,
  id,
  name: id,
  kind: 'key',
  accessKeyId: id,
  buckets: ['*'],
  permission: 'read-write',
  ...fields,
});

/** In every order: the choice must not depend on it. */
const choose = (need: Need, credentials: readonly Credential[]): string => {
  const orders = [credentials, [...credentials].reverse(), [...credentials].sort(() => -1)];
  const answers = orders.map((order) => {
    const choice = chooseCredential(need, order, NOW_MS);
    return choice.kind === 'refuse' ? choice.code : choice.credential.id;
  });
  expect(new Set(answers).size).toBe(1);
  return answers[0] ?? '';
};

const rest = (rawPath: string, isWrite = false): Need => ({ kind: 'rest', rawPath, isWrite });
const s3 = (bucket: string, isWrite = false): Need => ({ kind: 's3', buckets: [bucket], isWrite });

describe('among tokens', () => {
  const all = [
    token('wide-write'),
    token('wide-read', { scope: 'read' }),
    token('chat-write', { route: '/api/chat/*' }),
    token('chat-read', { route: '/api/chat/*', scope: 'read' }),
    token('deep-write', { route: '/api/chat/deep/*' }),
    key('key'),
  ];
  it.each([
    [rest('/api/chat'), 'chat-read'],
    [rest('/api/chat', true), 'chat-write'],
    [rest('/api/chat/deep/x'), 'deep-write'],
    [rest('/api/usage'), 'wide-read'],
    [rest('/api/usage', true), 'wide-write'],
    [rest('/api/chatter'), 'wide-read'],
  ])('the narrowest that suffices for %j is %s', (need, expected) => {
    expect(choose(need, all)).toBe(expected);
  });

  it.each([
    [[], 'CREDENTIAL_GONE'],
    [[key('key')], 'CREDENTIAL_GONE'],
    [[token('a', { scope: 'read' })], 'SCOPE_FORBIDDEN'],
    [[token('a', { route: '/api/usage' })], 'ROUTE_FORBIDDEN'],
    [[token('a', { scope: 'read', route: '/api/usage' })], 'ROUTE_FORBIDDEN'],
    [[token('a', { scope: 'read' }), token('b', { route: '/api/usage' })], 'SCOPE_FORBIDDEN'],
    [[token('a', { expiresAt: PAST })], 'CREDENTIAL_EXPIRED'],
    [[token('a', { expiresAt: PAST }), token('b', { scope: 'read' })], 'CREDENTIAL_EXPIRED'],
    [[token('a', { expiresAt: PAST, scope: 'read' })], 'SCOPE_FORBIDDEN'],
  ] as [Credential[], string][])('%j cannot write to /api/chat: %s', (credentials, expected) => {
    expect(choose(rest('/api/chat', true), credentials)).toBe(expected);
  });

  it('an expired one is passed over', () => {
    const credentials = [token('old', { route: '/api/chat/*', expiresAt: PAST }), token('live')];
    expect(choose(rest('/api/chat'), credentials)).toBe('live');
  });
});

describe('among keys', () => {
  const all = [
    key('all-write'),
    key('all-read', { permission: 'read' }),
    key('two-write', { buckets: ['demo', 'other'] }),
    key('two-read', { buckets: ['demo', 'other'], permission: 'read' }),
    key('one-write', { buckets: ['demo'] }),
    token('token'),
  ];
  it.each([
    [s3('demo'), 'two-read'],
    [s3('demo', true), 'one-write'],
    [s3('other'), 'two-read'],
    [s3('other', true), 'two-write'],
    [s3('third'), 'all-read'],
    [s3('third', true), 'all-write'],
    [{ kind: 's3', buckets: ['demo', 'other'], isWrite: true }, 'two-write'],
    [{ kind: 's3', buckets: ['demo', 'third'], isWrite: true }, 'all-write'],
    [{ kind: 'listBuckets' }, 'all-read'],
  ] as [Need, string][])('the right one for %j is %s', (need, expected) => {
    expect(choose(need, all)).toBe(expected);
  });

  it('of two alike it is always the same', () => {
    expect(choose(s3('demo'), [key('b', { buckets: ['demo'] }), key('a', { buckets: ['other', 'x'] })])).toBe(
      'b',
    );
    expect(choose(s3('demo'), [key('c'), key('a'), key('b')])).toBe('a');
  });

  it.each([
    [[], 'CREDENTIAL_GONE'],
    [[token('a')], 'CREDENTIAL_GONE'],
    [[key('a', { permission: 'read' })], 'PERMISSION_FORBIDDEN'],
    [[key('a', { buckets: ['other'] })], 'BUCKET_FORBIDDEN'],
    [[key('a', { expiresAt: PAST })], 'CREDENTIAL_EXPIRED'],
  ] as [Credential[], string][])('%j cannot write to demo: %s', (credentials, expected) => {
    expect(choose(s3('demo', true), credentials)).toBe(expected);
  });
});
