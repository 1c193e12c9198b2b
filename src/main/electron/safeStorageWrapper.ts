import type { SafeStorage } from 'electron';
import { AppError } from '../lib/appError.ts';
import type { Clock, KeyWrapper } from '../ports.ts';

type AsyncSafeStorage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

const KIND = 'os-keychain';
const KEY_BYTES = 32;
const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];

/** On Linux, ciphertext under this prefix is sealed with a key that every copy of Chromium knows. */
const PUBLIC_KEY_PREFIX = Buffer.from('v10');

const isTemporary = (error: unknown): boolean =>
  error instanceof Error && /temporarily unavailable/i.test(error.message);

const unavailable = (cause?: unknown): AppError => new AppError('KEYCHAIN_UNAVAILABLE', { cause });

/**
 * Seals the data key in the keychain of the system. On a Linux without a keyring Electron reports success and seals
 * with a public key; that is refused here rather than stored.
 * @returns null where this system has no keychain that is worth the name
 */
export const openSafeStorage = async (
  storage: AsyncSafeStorage,
  platform: NodeJS.Platform,
  clock: Clock,
): Promise<KeyWrapper | null> => {
  const retried = async <T>(task: () => Promise<T>): Promise<T> => {
    for (const delayMs of RETRY_DELAYS_MS) {
      try {
        return await task();
      } catch (error) {
        // Anything else will not pass by waiting.
        if (!isTemporary(error)) throw unavailable(error);
      }
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
    return task().catch((error: unknown) => {
      throw unavailable(error);
    });
  };

  const isPublic = (sealed: Buffer): boolean =>
    platform === 'linux' && sealed.subarray(0, PUBLIC_KEY_PREFIX.length).equals(PUBLIC_KEY_PREFIX);

  const open = async (sealed: Buffer): Promise<{ key: Buffer; shouldReEncrypt: boolean }> => {
    if (isPublic(sealed)) throw unavailable();
    const { result, shouldReEncrypt } = await retried(() => storage.decryptStringAsync(sealed));
    const key = Buffer.from(result, 'base64');
    if (key.length !== KEY_BYTES) throw unavailable();
    return { key, shouldReEncrypt };
  };

  if (platform === 'linux' && ['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend()))
    return null;
  if (!(await storage.isAsyncEncryptionAvailable().catch(() => false))) return null;

  return {
    kind: KIND,

    async wrap(key) {
      const sealed = await retried(() => storage.encryptStringAsync(key.toString('base64')));
      // Read back before it is trusted: a key that the keychain cannot return is every credential lost.
      const readBack = await open(sealed);
      const isSame = readBack.key.equals(key);
      readBack.key.fill(0);
      if (!isSame) throw unavailable();
      return { kind: KIND, sealed: sealed.toString('base64') };
    },

    async unwrap({ kind, sealed }) {
      if (kind !== KIND || typeof sealed !== 'string') throw unavailable();
      const { key, shouldReEncrypt } = await open(Buffer.from(sealed, 'base64'));
      return { key, shouldRewrap: shouldReEncrypt };
    },
  };
};
