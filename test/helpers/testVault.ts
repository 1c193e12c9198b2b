import { Secret } from '../../src/main/lib/secret.ts';
import type { FileSystem } from '../../src/main/vault/durableFile.ts';
import { passphraseWrapper } from '../../src/main/vault/passphraseWrapper.ts';
import { type Change, Vault } from '../../src/main/vault/vault.ts';
import { FakeClock } from './fakeClock.ts';
import { MemoryLogger } from './memoryLogger.ts';

/** The real wrapper at a cost that lets a test unlock a thousand times. */
export const cheapCost = { n: 16, r: 1, p: 1 };
export const cheapWrapper = (passphrase = 'test passphrase') =>
  passphraseWrapper(Secret.of(passphrase), cheapCost);

/** A vault on the folder as a new process would see it, read and locked. */
export const openVault = async (folder: string, fileSystem?: FileSystem): Promise<Vault> => {
  const vault = new Vault({
    folder,
    // Files are dated by the machine.
    clock: new FakeClock(Date.now()),
    logger: new MemoryLogger(),
    ...(fileSystem === undefined ? {} : { fileSystem }),
  });
  await vault.open();
  return vault;
};

export const unlockedVault = async (folder: string, fileSystem?: FileSystem): Promise<Vault> => {
  const vault = await openVault(folder, fileSystem);
  await (vault.state() === 'absent' ? vault.create(cheapWrapper()) : vault.unlock(cheapWrapper()));
  return vault;
};

export const put = (
  id: string,
  secret?: string,
  meta: unknown = { name: id },
  kind = 'credential',
): Change => ({
  op: 'put',
  kind,
  id,
  meta,
  ...(secret === undefined ? {} : { secret: Secret.of(secret) }),
});

/** Everything in it of one kind, in plain form. */
export const contentOf = (
  vault: Vault,
  kind = 'credential',
): Record<string, { meta: unknown; secret: string }> =>
  Object.fromEntries(
    vault.records(kind).map(({ id, meta }) => [id, { meta, secret: vault.secretOf(id).reveal() }]),
  );
