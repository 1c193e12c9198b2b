import { beforeEach, describe, expect, it } from 'vitest';
import { type LiveRecords, liveRecords } from '../../../src/main/vault/liveRecords.ts';
import type { Vault } from '../../../src/main/vault/vault.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { contentOf, put, unlockedVault } from '../../helpers/testVault.ts';

let vault: Vault;
let happened: string[];
let refresh: () => Promise<void>;
let records: LiveRecords;

beforeEach(async () => {
  vault = await unlockedVault(temporaryFolder());
  happened = [];
  refresh = async () => void happened.push(`refreshed with ${vault.records('credential').length}`);
  records = liveRecords({
    vault,
    refresh: () => refresh(),
    tellChange: () => happened.push('told'),
    onBug: (error) => happened.push(`bug: ${(error as Error).message}`),
  });
});

describe('a change of the live records', () => {
  it('has taken effect and is told when the commit resolves', async () => {
    await records.commit([put('a', 'secret')]);
    expect(happened).toEqual(['refreshed with 1', 'told']);
    expect(contentOf(vault)).toMatchObject({ a: { secret: 'secret' } });
  });

  it('does not look as if it were lost where something that follows it fails', async () => {
    refresh = () => Promise.reject(new Error('no port'));
    await records.commit([put('a', 'secret')]);
    expect(happened).toEqual(['bug: no port', 'told']);
    expect(records.records('credential')).toMatchObject([{ id: 'a' }]);
  });

  it('is followed by nothing where it was not made', async () => {
    vault.lock();
    await expect(records.commit([put('a', 'secret')])).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(happened).toEqual([]);
  });
});
