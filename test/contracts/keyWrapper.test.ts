import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSafeStorage } from '../../src/main/electron/safeStorageWrapper.ts';
import { AppError } from '../../src/main/lib/appError.ts';
import type { KeyWrapper } from '../../src/main/ports.ts';
import { createSafeStorage } from '../electron/standIn/safeStorage.ts';
import { encodings } from '../helpers/canary.ts';
import { FakeClock } from '../helpers/fakeClock.ts';
import { FakeKeychain } from '../helpers/fakeKeychain.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { cheapWrapper } from '../helpers/testVault.ts';

/** @returns two wrappers of one kind whose owners, passphrases or keychains differ */
type Pair = () => Promise<readonly [KeyWrapper, KeyWrapper]>;

const safeStorage = async (): Promise<KeyWrapper> => {
  const storage = createSafeStorage('ok', temporaryFolder());
  const wrapper = await openSafeStorage(storage, 'linux', new FakeClock());
  if (wrapper === null) throw new Error('the stand-in has a keyring');
  return wrapper;
};

const fakes: readonly [string, Pair][] = [
  ['the fake keychain', async () => [new FakeKeychain('mine'), new FakeKeychain('theirs')]],
];
const real: readonly [string, Pair][] = [
  ['the passphrase', async () => [cheapWrapper('mine, long'), cheapWrapper('theirs, long')]],
  ['the system keychain', async () => [await safeStorage(), await safeStorage()]],
];

const newKey = (): Buffer => randomBytes(32);

describe.each([...fakes, ...real])('KeyWrapper: %s', (_, pair) => {
  it('gives back the key, from a slot that JSON can carry and that says who opens it', async () => {
    const [wrapper] = await pair();
    const key = newKey();
    const slot = await wrapper.wrap(key);
    expect(slot.kind).toBe(wrapper.kind);
    for (const value of Object.values(slot)) expect(['string', 'number']).toContain(typeof value);
    const carried = JSON.parse(JSON.stringify(slot));
    expect(await wrapper.unwrap(carried)).toEqual({ key, shouldRewrap: false });
  });

  it('leaves the key that it was given alone, and gives out one that the caller may wipe', async () => {
    const [wrapper] = await pair();
    const key = newKey();
    const before = Buffer.from(key);
    const slot = await wrapper.wrap(key);
    expect(key.equals(before)).toBe(true);
    (await wrapper.unwrap(slot)).key.fill(0);
    expect((await wrapper.unwrap(slot)).key.equals(before)).toBe(true);
  });

  it('does not open what another one sealed', async () => {
    const [mine, theirs] = await pair();
    const refusal = await theirs.unwrap(await mine.wrap(newKey())).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(['WRONG_PASSPHRASE', 'KEYCHAIN_UNAVAILABLE']).toContain((refusal as AppError).code);
  });

  it('refuses a slot with any of its words changed', async () => {
    const [wrapper] = await pair();
    const slot = await wrapper.wrap(newKey());
    const words = Object.entries(slot).filter(([, value]) => typeof value === 'string');
    expect(words.length).toBeGreaterThan(1);
    for (const [field] of words) {
      await expect(wrapper.unwrap({ ...slot, [field]: 'AAAA' }), field).rejects.toBeInstanceOf(AppError);
    }
  });
});

describe.each(real)('KeyWrapper that seals: %s', (_, pair) => {
  it('leaves no trace of the key in the slot, and seals it differently every time', async () => {
    const [wrapper] = await pair();
    const key = Buffer.from('key-bytes-of-32-printable-letter');
    const slots = [await wrapper.wrap(key), await wrapper.wrap(key)];
    const [text = '', again] = slots.map((slot) => JSON.stringify(slot));
    expect(text).not.toBe(again);
    const opened = Object.values(slots[0] ?? {}).map((value) => Buffer.from(String(value), 'base64'));
    for (const [encoding, needle] of Object.entries(encodings(key.toString('latin1')))) {
      for (const place of [Buffer.from(text), ...opened])
        expect(place.includes(needle), encoding).toBe(false);
    }
  });
});
