import { z } from 'zod';
import { vaultState } from './app.ts';
import { call } from './define.ts';
import { none } from './words.ts';

const passphrase = z.string().min(1).max(4096);
const state = z.object({ state: vaultState });

export const vaultCalls = {
  /** Without a passphrase the host's keychain is used; KEYCHAIN_UNAVAILABLE where there is none. */
  'vault.create': call(
    z.object({ passphrase: passphrase.min(8, 'a passphrase has at least 8 characters').optional() }).strict(),
    state,
  ),
  'vault.unlock': call(z.object({ passphrase: passphrase.optional() }).strict(), state),
  'vault.lock': call(none, state),
} as const;
