import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';

/**
 * - `ok`: a keyring that works and keeps its key between starts
 * - `basic_text`: a Linux without keyring, where Electron seals with a key that everybody knows
 * - `public-key`: the same, but the backend claims to be a keyring
 * - `throws`: a keyring that refuses
 * - `busy`: temporarily unavailable twice before every answer
 * - `re-encrypt`: works, and asks for everything to be sealed again
 */
export type SafeStorageMode = 'ok' | 'basic_text' | 'public-key' | 'throws' | 'busy' | 're-encrypt';

type Implemented = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export const createSafeStorage = (mode: SafeStorageMode, folder: string) => {
  const keyFile = join(folder, 'stand-in-keyring');
  if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const key = readFileSync(keyFile);
  const prefix = mode === 'basic_text' || mode === 'public-key' ? 'v10' : 'v11';
  let refusalsLeft = mode === 'busy' ? 2 : 0;

  const answer = <T>(work: () => T): Promise<T> => {
    if (mode === 'throws') return Promise.reject(new Error('The keyring refused.'));
    if (refusalsLeft > 0) {
      refusalsLeft -= 1;
      return Promise.reject(new Error('Encryption is temporarily unavailable.'));
    }
    refusalsLeft = mode === 'busy' ? 2 : 0;
    return Promise.resolve().then(work);
  };

  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    getSelectedStorageBackend: () => (mode === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
    encryptStringAsync: (plainText) =>
      answer(() => {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, nonce);
        const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
        return Buffer.concat([Buffer.from(prefix), nonce, cipher.getAuthTag(), sealed]);
      }),
    decryptStringAsync: (encrypted) =>
      answer(() => {
        const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(3, 15));
        decipher.setAuthTag(encrypted.subarray(15, 31));
        const result = Buffer.concat([decipher.update(encrypted.subarray(31)), decipher.final()]);
        return { result: result.toString('utf8'), shouldReEncrypt: mode === 're-encrypt' };
      }),
  } satisfies Implemented;
};
