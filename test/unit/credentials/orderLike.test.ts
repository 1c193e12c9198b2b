import { expect, it } from 'vitest';
import { orderLike } from '../../../src/main/credentials/orderLike.ts';
import type { KeyCredential, TokenCredential } from '../../../src/shared/contract/credentials.ts';

const common = {
  ...{ id: 'c', uid: 'u', workspaceId: 'w', name: 'ci' },
  origin: 'minted',
  createdAt: '2026-11-01T00:00:00.000Z',
} as const;
const token = (expiresAt: string | null): TokenCredential => ({
  ...{ ...common, kind: 'token', scope: 'read', route: '/api/chat/*', expiresAt },
});
const key = (expiresAt: string | null): KeyCredential => ({
  ...{ ...common, kind: 'key', accessKeyId: 'AKIA', buckets: ['a', 'b'], permission: 'read', expiresAt },
});

it('another credential has the same power and lives as long as the first was to live', () => {
  expect(orderLike(token('2026-11-30T23:59:59.000Z'))).toEqual({
    ...{ kind: 'token', name: 'ci', scope: 'read', route: '/api/chat/*', expireDays: 30 },
  });
  expect(orderLike(key('2026-11-08T00:00:00.000Z'))).toEqual({
    ...{ kind: 'key', name: 'ci', buckets: ['a', 'b'], permission: 'read', expireDays: 7 },
  });
});

it('its life is one that the service grants, and for ever stays for ever', () => {
  expect(orderLike(token('2026-11-01T01:00:00.000Z')).expireDays).toBe(1);
  expect(orderLike(token('2030-11-01T00:00:00.000Z')).expireDays).toBe(365);
  expect(orderLike(token(null)).expireDays).toBe(90);
  expect(orderLike(key(null)).expireDays).toBeNull();
});
