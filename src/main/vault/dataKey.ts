import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../lib/appError.ts';
import type { KeyWrapper, UnwrappedKey, WrappedKey } from '../ports.ts';

/** One random key per vault seals everything; each slot holds it as one wrapper sealed it. */

const KEY_BYTES = 32;

/** The caller wipes it. */
export const newDataKey = (): Buffer => randomBytes(KEY_BYTES);

const hmac = (key: Buffer, bytes: Buffer | string): Buffer =>
  createHmac('sha256', createSecretKey(key)).update(bytes).digest();

/** HKDF's first step, the same for all keys of a vault. The caller wipes it. */
export const extractKey = (dataKey: Buffer, vaultId: Buffer): Buffer => hmac(vaultId, dataKey);

/** HKDF's second step, where one block is enough; a third of the time of Node's own, which does both. */
const expand = (extracted: Buffer, purpose: string): Buffer => hmac(extracted, `${purpose}\x01`);

/** Authenticates the file as a whole. */
export const fileKeyOf = (extracted: Buffer): Buffer => expand(extracted, 'nfyio-vault/1/file');

/** Seals the directory; derived at each use, for the caller to wipe. */
export const directoryKeyOf = (extracted: Buffer): Buffer => expand(extracted, 'nfyio-vault/2/directory');

/** Seals the secret of one record; derived at each use, for the caller to wipe. */
export const recordKeyOf = (extracted: Buffer, recordId: string): Buffer =>
  expand(extracted, `nfyio-vault/1/record/${recordId}`);

/** The slots with this wrapper's own one added or renewed. */
export const withSlot = async (
  slots: readonly WrappedKey[],
  wrapper: KeyWrapper,
  dataKey: Buffer,
): Promise<readonly WrappedKey[]> => [
  ...slots.filter(({ kind }) => kind !== wrapper.kind),
  await wrapper.wrap(dataKey),
];

/** The recovery key is for the day when nothing else opens the vault: it is not enough for every other day. */
const isEveryday = ({ kind }: WrappedKey): boolean => kind !== 'recovery-key';

/** It opens by something that the system keeps for the person, not by what they know or wrote down. */
export const isOfTheSystem = ({ kind }: WrappedKey): boolean =>
  kind !== 'passphrase' && kind !== 'recovery-key';

/** Whether a vault with these slots opens every day without that one. */
export const opensWithout = (slots: readonly WrappedKey[], slot: WrappedKey): boolean =>
  slots.some((other) => isEveryday(other) && !isDeepStrictEqual(other, slot));

/** @throws AppError SLOT_ABSENT | SLOT_LAST */
export const withoutSlot = (slots: readonly WrappedKey[], kind: string): readonly WrappedKey[] => {
  const kept = slots.filter((slot) => slot.kind !== kind);
  if (kept.length === slots.length) throw new AppError('SLOT_ABSENT', { detail: `(${kind})` });
  if (!kept.some(isEveryday)) throw new AppError('SLOT_LAST');
  return kept;
};

/** @throws AppError WRONG_PASSPHRASE | WRONG_RECOVERY_KEY | PASSPHRASE_NEEDED | KEYCHAIN_UNAVAILABLE | SLOT_ABSENT | … */
export const openSlot = async (slots: readonly WrappedKey[], wrapper: KeyWrapper): Promise<UnwrappedKey> => {
  const slot = slots.find(({ kind }) => kind === wrapper.kind);
  if (slot === undefined) {
    if (wrapper.kind === 'recovery-key') throw new AppError('SLOT_ABSENT', { detail: '(recovery-key)' });
    const needsPassphrase = slots.some(({ kind }) => kind === 'passphrase');
    throw new AppError(needsPassphrase ? 'PASSPHRASE_NEEDED' : 'KEYCHAIN_UNAVAILABLE', {
      detail: `This vault opens with: ${slots.map(({ kind }) => kind).join(', ')}.`,
    });
  }
  const unwrapped = await wrapper.unwrap(slot);
  if (unwrapped.key.length !== KEY_BYTES)
    throw new AppError('VAULT_DAMAGED', { detail: 'The key has a wrong length.' });
  return unwrapped;
};
