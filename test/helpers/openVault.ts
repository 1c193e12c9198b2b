import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../../src/main/vault/durableFile.ts';
import { Vault } from '../../src/main/vault/vault.ts';
import type { FakeClock } from './fakeClock.ts';
import { fakeKeyWrapper, fakeLogger } from './fakePorts.ts';

export interface OpenVault {
  readonly vault: Vault;
  readonly folder: string;
  remove(): Promise<void>;
}

/** A real vault in a folder of its own, made and unlocked. */
export const openVault = async (clock: FakeClock, fileSystem?: FileSystem): Promise<OpenVault> => {
  const folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-'));
  const vault = new Vault({
    folder,
    clock,
    logger: fakeLogger(),
    ...(fileSystem === undefined ? {} : { fileSystem }),
  });
  await vault.open();
  await vault.create(fakeKeyWrapper());
  return { vault, folder, remove: () => rm(folder, { recursive: true, force: true }) };
};
