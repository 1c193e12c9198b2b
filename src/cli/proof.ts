import type { Call } from './client.ts';
import { askPassphrase, givenPassphrase } from './passphrase.ts';

export interface Proof {
  readonly passphrase?: string;
  readonly recoveryKey?: string;
}

/** What shows the host that its owner asks: the passphrase, unless the vault has none. */
export const proofFor = async (call: Call, passphraseFile: string | undefined): Promise<Proof> => {
  const { slots } = await call('vault.slots', {});
  if (!slots.includes('passphrase')) return {};
  return { passphrase: (await givenPassphrase(passphraseFile)) ?? (await askPassphrase()) };
};
