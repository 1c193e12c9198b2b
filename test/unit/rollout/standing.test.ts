import { describe, expect, it } from 'vitest';
import { presentVersion, standingOf } from '../../../src/main/rollout/standing.ts';
import type { KeyCredential, TokenCredential } from '../../../src/shared/contract/credentials.ts';

const [born, later] = ['2026-11-24T14:00:00.000Z', '2026-11-25T14:00:00.000Z'];
const common = {
  id: 'c',
  uid: 'u',
  workspaceId: 'w',
  name: 'ci',
  origin: 'minted',
  expiresAt: null,
} as const;
const token: TokenCredential = { ...common, kind: 'token', createdAt: born, scope: 'read', route: null };
const key: KeyCredential = {
  ...common,
  ...{ kind: 'key', createdAt: born, accessKeyId: 'AKIA', buckets: ['demo'], permission: 'read' },
};
const present = { credentialId: 'c', version: born };
const written = { ...present, at: later, isVerified: true };

describe('where a place stands', () => {
  it('follows from which secret was written last and which is the present one', () => {
    expect(standingOf({ heldFor: null, written }, present)).toBe('current');
    expect(standingOf({ heldFor: null, written }, { ...present, version: later })).toBe('due');
    expect(standingOf({ heldFor: null, written }, { ...present, credentialId: 'other' })).toBe('due');
    expect(standingOf({ heldFor: null, written: null }, present)).toBe('due');
  });

  it('waits for a person while nothing was written and the secret is the one it was added with', () => {
    expect(standingOf({ heldFor: present, written: null }, present)).toBe('held');
    expect(standingOf({ heldFor: present, written: null }, { ...present, version: later })).toBe('due');
    expect(standingOf({ heldFor: present, written }, { ...present, version: later })).toBe('due');
    expect(standingOf({ heldFor: present, written }, present)).toBe('current');
  });

  it('counts a secret from when the credential got it', () => {
    expect(presentVersion(token)).toEqual(present);
    expect(presentVersion(key)).toEqual(present);
    expect(presentVersion({ ...key, regeneratedAt: later })).toEqual({ ...present, version: later });
  });
});
