import type { KeyWrapper, WrappedKey } from '../ports.ts';
import { opensWithout } from './dataKey.ts';
import type { OpenRecords } from './openRecords.ts';
import type { Generation } from './vaultFolder.ts';
import type { VaultStore } from './vaultStore.ts';

/**
 * Has the wrapper forget what it keeps outside of the vault for its former slot, unless an earlier generation, which
 * may have to take the vault's place one day, opens by nothing else.
 * @param slots those of before
 */
export const forgetFormerSlot = async (
  slots: readonly WrappedKey[],
  wrapper: KeyWrapper,
  generations: () => Promise<readonly Generation[]>,
): Promise<void> => {
  const former = slots.find(({ kind }) => kind === wrapper.kind);
  if (former === undefined || wrapper.forget === undefined) return;
  const earlier = await generations();
  if (earlier.every(({ stored }) => opensWithout(stored.image.slots, former))) await wrapper.forget(former);
};

/**
 * A rekey promises that nothing is left which the former key opens, also where the process ended before it could
 * remove that. Later generations stay, whoever wrote them: then it is the vault that is an older copy.
 * @param open what is open at the moment; null once the vault is locked, which ends it
 */
export const removeOfFormerKeys = async (
  store: VaultStore,
  open: () => OpenRecords | null,
): Promise<void> => {
  for (const { name, stored } of await store.generations()) {
    const records = open();
    if (records === null) return;
    const { vaultId, generation } = store.require().image;
    const isEarlier = stored.image.vaultId.equals(vaultId) && stored.image.generation < generation;
    if (isEarlier && !records.wrote(stored.bytes)) await store.removeGeneration(name);
  }
};
