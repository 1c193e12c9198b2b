import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSafeStorage } from '../../../src/main/electron/safeStorageWrapper.ts';
import type { Clock, KeyWrapper } from '../../../src/main/ports.ts';

type Storage = Parameters<typeof openSafeStorage>[0];

/** Visibly fake: "sealing" is reversing, under the prefix that the real one would use. */
const fakeStorage = (changes: Partial<Storage> & { readonly prefix?: string } = {}): Storage => ({
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text) =>
    Buffer.concat([Buffer.from(changes.prefix ?? 'v11'), Buffer.from(text).reverse()]),
  decryptStringAsync: async (sealed) => ({
    result: Buffer.from(sealed.subarray(3)).reverse().toString(),
    shouldReEncrypt: false,
  }),
  ...changes,
});

const fakeClock = (): Clock & { readonly waitedMs: number[] } => {
  const waitedMs: number[] = [];
  return {
    waitedMs,
    now: () => 0,
    after: (delayMs, task) => {
      waitedMs.push(delayMs);
      queueMicrotask(task);
      return () => undefined;
    },
  };
};

const opened = async (storage: Storage, clock = fakeClock()): Promise<KeyWrapper> => {
  const wrapper = await openSafeStorage(storage, 'linux', clock);
  if (wrapper === null) throw new Error('no keychain');
  return wrapper;
};

const busyFor = (times: number): { readonly check: () => void } => {
  let left = times;
  return {
    check: () => {
      left -= 1;
      if (left >= 0) throw new Error('safeStorage is temporarily unavailable');
    },
  };
};

const key = randomBytes(32);
const refused = { code: 'KEYCHAIN_UNAVAILABLE' };

describe('the keychain of the system', () => {
  it('returns the key that it sealed, and stores it in no readable form', async () => {
    const wrapper = await opened(fakeStorage());
    const wrapped = await wrapper.wrap(key);
    expect(wrapped.kind).toBe('os-keychain');
    expect(JSON.stringify(wrapped)).not.toContain(key.toString('base64'));
    expect(await wrapper.unwrap(JSON.parse(JSON.stringify(wrapped)))).toEqual({ key, shouldRewrap: false });
  });

  it.each(['basic_text', 'unknown'] as const)(
    'is not offered on a Linux whose backend is %s',
    async (backend) => {
      const storage = fakeStorage({ getSelectedStorageBackend: () => backend });
      expect(await openSafeStorage(storage, 'linux', fakeClock())).toBeNull();
    },
  );

  it('is not offered where encryption is not available', async () => {
    const never = fakeStorage({ isAsyncEncryptionAvailable: async () => false });
    const broken = fakeStorage({ isAsyncEncryptionAvailable: () => Promise.reject(new Error('no bus')) });
    expect(await openSafeStorage(never, 'darwin', fakeClock())).toBeNull();
    expect(await openSafeStorage(broken, 'darwin', fakeClock())).toBeNull();
  });

  it('does not ask for the backend where there is only one', async () => {
    const storage = fakeStorage({
      getSelectedStorageBackend: () => {
        throw new Error('Linux only');
      },
    });
    expect(await openSafeStorage(storage, 'win32', fakeClock())).not.toBeNull();
  });

  it('refuses to store what Linux sealed with the key that everybody knows', async () => {
    const wrapper = await opened(fakeStorage({ prefix: 'v10' }));
    await expect(wrapper.wrap(key)).rejects.toMatchObject(refused);
  });

  it('refuses to open such a thing either', async () => {
    const wrapper = await opened(fakeStorage());
    const sealed = Buffer.from(`v10${Buffer.from(key.toString('base64')).reverse()}`).toString('base64');
    await expect(wrapper.unwrap({ kind: 'os-keychain', sealed })).rejects.toMatchObject(refused);
  });

  it('takes the same prefix on macOS and Windows, where it means the system’s own key', async () => {
    const wrapper = await openSafeStorage(fakeStorage({ prefix: 'v10' }), 'darwin', fakeClock());
    await expect(wrapper?.wrap(key)).resolves.toMatchObject({ kind: 'os-keychain' });
  });

  it('waits longer and longer while it is temporarily unavailable, and then works', async () => {
    const clock = fakeClock();
    const busy = busyFor(3);
    const working = fakeStorage();
    const wrapper = await opened(
      fakeStorage({
        encryptStringAsync: async (text) => {
          busy.check();
          return working.encryptStringAsync(text);
        },
      }),
      clock,
    );
    await expect(wrapper.wrap(key)).resolves.toMatchObject({ kind: 'os-keychain' });
    expect(clock.waitedMs).toEqual([250, 500, 1_000]);
  });

  it('gives up with a clear error when it stays unavailable', async () => {
    const clock = fakeClock();
    const busy = busyFor(Number.POSITIVE_INFINITY);
    const wrapper = await opened(
      fakeStorage({
        decryptStringAsync: async () => {
          busy.check();
          return { result: '', shouldReEncrypt: false };
        },
      }),
      clock,
    );
    const sealed = Buffer.from('v11x').toString('base64');
    await expect(wrapper.unwrap({ kind: 'os-keychain', sealed })).rejects.toMatchObject(refused);
    expect(clock.waitedMs).toHaveLength(5);
  });

  it('does not wait for a refusal that will not pass', async () => {
    const clock = fakeClock();
    const refuse = () => Promise.reject(new Error('access denied'));
    const wrapper = await opened(
      fakeStorage({ encryptStringAsync: refuse, decryptStringAsync: refuse }),
      clock,
    );
    await expect(wrapper.wrap(key)).rejects.toMatchObject(refused);
    expect(clock.waitedMs).toEqual([]);
  });

  it('asks for the key to be wrapped again when the system wants that', async () => {
    const result = key.toString('base64');
    const wrapper = await opened(
      fakeStorage({ decryptStringAsync: async () => ({ result, shouldReEncrypt: true }) }),
    );
    const wrapped = await wrapper.wrap(key);
    expect(await wrapper.unwrap(wrapped)).toEqual({ key, shouldRewrap: true });
  });

  it('does not trust a key that cannot be read back', async () => {
    const other = randomBytes(32).toString('base64');
    const wrapper = await opened(
      fakeStorage({ decryptStringAsync: async () => ({ result: other, shouldReEncrypt: false }) }),
    );
    await expect(wrapper.wrap(key)).rejects.toMatchObject(refused);
  });

  it.each(['', 'garbage', Buffer.alloc(31).toString('base64')])(
    'refuses %j in place of a key',
    async (result) => {
      const wrapper = await opened(
        fakeStorage({ decryptStringAsync: async () => ({ result, shouldReEncrypt: false }) }),
      );
      const sealed = Buffer.from('v11x').toString('base64');
      await expect(wrapper.unwrap({ kind: 'os-keychain', sealed })).rejects.toMatchObject(refused);
    },
  );

  it('does not open what another wrapper sealed', async () => {
    const wrapper = await opened(fakeStorage());
    await expect(wrapper.unwrap({ kind: 'passphrase', sealed: 'AAAA' })).rejects.toMatchObject(refused);
    await expect(wrapper.unwrap({ kind: 'os-keychain', sealed: 7 })).rejects.toMatchObject(refused);
  });
});
