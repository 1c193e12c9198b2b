import { expect, it } from 'vitest';
import { osKeyringWrapper } from '../../../src/main/vault/osKeyring.ts';
import { FakeKeyring } from '../../helpers/fakeKeyring.ts';

class ForgetfulKeyring extends FakeKeyring {
  override async read(account: string): Promise<Buffer | null> {
    const key = await super.read(account);
    return key?.fill(7, key.length - 1) ?? null;
  }
}

it('a key that the keyring does not give back as it was is not trusted', async () => {
  const wrapping = osKeyringWrapper(new ForgetfulKeyring()).wrap(Buffer.alloc(32, 1));
  await expect(wrapping).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
});
