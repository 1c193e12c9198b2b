import { describe, expect, it } from 'vitest';
import { isSame, type Known, orphansOf } from '../../../src/main/credentials/orphans.ts';

const startedMs = Date.UTC(2026, 10, 24, 14, 2);
const intent = { name: 'ci', startedAt: new Date(startedMs).toISOString() };
const listed = (uid: string, change: object = {}) => ({
  ...{ uid, name: 'ci', createdAt: new Date(startedMs + 1000).toISOString(), prefix: 'nfyio_at_abcde' },
  ...change,
});
const token = (uid: string | null, text = 'nfyio_at_zzzzzzzz'): Known => ({
  credential: { kind: 'token', uid },
  beginsWith: (prefix) => text.startsWith(prefix),
});
const key = (accessKeyId: string): Known => ({
  credential: { kind: 'key', uid: null, accessKeyId },
  beginsWith: () => false,
});

describe('what a lost mint may have left at the service', () => {
  it('is of its name, of its time, and unknown to the vault', () => {
    const found = orphansOf(
      intent,
      [
        listed('orphan'),
        listed('without a date', { createdAt: null }),
        listed('by a clock behind ours', { createdAt: new Date(startedMs - 299_000).toISOString() }),
        listed('older', { createdAt: new Date(startedMs - 301_000).toISOString() }),
        listed('of another name', { name: 'ci 2' }),
        listed('ours'),
      ],
      [token('ours'), token('another')],
    );
    expect(found.map(({ uid }) => uid)).toEqual(['orphan', 'without a date', 'by a clock behind ours']);
  });

  it('is never one that was imported and is known by its secret alone', () => {
    expect(orphansOf(intent, [listed('pasted')], [token(null, 'nfyio_at_abcdefgh')])).toEqual([]);
    expect(orphansOf(intent, [listed('pasted', { accessKeyId: 'AKIA1' })], [key('AKIA1')])).toEqual([]);
  });
});

describe('a credential of the vault and one that the service lists', () => {
  it('are the same by the id of the service, if the vault has it', () => {
    expect(isSame(token('a', 'nfyio_at_abcde'), listed('b'))).toBe(false);
    expect(isSame(token('a'), listed('a'))).toBe(true);
  });

  it('are not the same by what all tokens begin with, nor by nothing', () => {
    for (const prefix of ['nfyio_at_', '', null, undefined])
      expect(isSame(token(null), listed('a', { prefix }))).toBe(false);
  });

  it('are the same key by its access key id alone', () => {
    expect(isSame(key('AKIA1'), listed('a', { accessKeyId: 'AKIA1' }))).toBe(true);
    expect(isSame(key('AKIA1'), listed('a', { accessKeyId: 'AKIA2' }))).toBe(false);
  });
});
