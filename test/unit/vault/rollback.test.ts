import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { osKeyringWrapper } from '../../../src/main/vault/osKeyring.ts';
import { Vault } from '../../../src/main/vault/vault.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { FakeKeyring } from '../../helpers/fakeKeyring.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, put } from '../../helpers/testVault.ts';

const code = (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

class Machine {
  readonly folder = temporaryFolder();
  readonly keyring = new FakeKeyring();
  readonly clock = new FakeClock(Date.now());
  readonly file = join(this.folder, 'vault.nfyv');
  readonly copy = join(temporaryFolder(), 'copy');

  /** As a new process sees it. */
  async vault(): Promise<Vault> {
    const { folder, keyring, clock } = this;
    const vault = new Vault({ folder, keyring, clock, logger: new MemoryLogger() });
    await vault.open();
    return vault;
  }

  /** With a passphrase and the keyring, at generation 3; a copy of generation 2 is set aside. */
  async used(): Promise<Vault> {
    const vault = await this.vault();
    await vault.create(cheapWrapper());
    await vault.addSlot(osKeyringWrapper(this.keyring));
    copyFileSync(this.file, this.copy);
    await vault.commit([put('new', 'only in generation 3')]);
    await vault.settled();
    return vault;
  }

  rollBack(): void {
    copyFileSync(this.copy, this.file);
  }
}

describe('an older copy in the place of the vault', () => {
  it('is not opened in silence: both generations and times and what may be missing are named', async () => {
    const machine = new Machine();
    await machine.used();
    machine.rollBack();
    const vault = await machine.vault();
    for (const wrapper of [cheapWrapper(), osKeyringWrapper(machine.keyring)]) {
      const refusal = await vault.unlock(wrapper).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'VAULT_OLDER' });
      expect((refusal as AppError).message).toMatch(
        /generation 2, saved \d{4}-.*Z; .* generation 3, saved \d{4}-.*Z\. Up to 1 changes/,
      );
      expect(vault.state()).toBe('locked');
    }
  });

  it('says nothing of it to who does not have the passphrase', async () => {
    const machine = new Machine();
    await machine.used();
    machine.rollBack();
    expect(await code((await machine.vault()).unlock(cheapWrapper('a guess')))).toBe('WRONG_PASSPHRASE');
  });

  it('opens when it is accepted, and counts from then on', async () => {
    const machine = new Machine();
    await machine.used();
    machine.rollBack();
    const vault = await machine.vault();
    expect(await vault.unlock(cheapWrapper(), true)).toEqual({ isOlder: true });
    expect(contentOf(vault)).toEqual({});
    await vault.settled();
    expect(await code((await machine.vault()).unlock(cheapWrapper()))).toBe('VAULT_OLDER');
    vault.acceptGeneration();
    await vault.settled();
    expect(await code((await machine.vault()).unlock(cheapWrapper()))).toBe('done');
  });

  it('is none where nothing later was saved, whether or not one would be accepted', async () => {
    const machine = new Machine();
    await machine.used();
    expect(await (await machine.vault()).unlock(cheapWrapper(), true)).toEqual({ isOlder: false });
  });

  it('is noticed also where it is from before the keyring was used, and accepted once for all', async () => {
    const machine = new Machine();
    const first = await machine.vault();
    await first.create(cheapWrapper());
    copyFileSync(machine.file, machine.copy);
    await first.addSlot(osKeyringWrapper(machine.keyring));
    await first.settled();
    machine.rollBack();
    const vault = await machine.vault();
    expect(await code(vault.unlock(cheapWrapper()))).toBe('VAULT_OLDER');
    expect(await vault.unlock(cheapWrapper(), true)).toEqual({ isOlder: true });
    vault.acceptGeneration();
    await vault.settled();
    expect(await code((await machine.vault()).unlock(cheapWrapper()))).toBe('done');
  });

  it('is no news where the app itself went back to it', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    await vault.restore('vault.nfyv.1');
    await vault.settled();
    const again = await machine.vault();
    expect(await code(again.unlock(cheapWrapper()))).toBe('done');
    expect(contentOf(again)).toEqual({});
  });
});

describe('the keyring never keeps anybody out', () => {
  it.each(['refuses', 'hangs'] as const)('when it %s', async (state) => {
    const machine = new Machine();
    await machine.used();
    machine.rollBack();
    machine.keyring.state = state;
    const answers: string[] = [];
    void code((await machine.vault()).unlock(cheapWrapper())).then((answer) => answers.push(answer));
    await vi.waitUntil(() => {
      machine.clock.advance(5_000);
      return answers.length > 0;
    });
    expect(answers).toEqual(['done']);
  });

  it('when it holds something else, or lags behind the vault as after a crash', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    const [[account, mark] = ['', Buffer.alloc(0)]] = [...machine.keyring.items].filter(([name]) =>
      name.startsWith('generation-'),
    );
    for (const bytes of [Buffer.alloc(32), Buffer.from('{}'), Buffer.from('{"generation":1e99}'), mark]) {
      machine.keyring.items.set(account, bytes);
      expect(await code((await machine.vault()).unlock(cheapWrapper()))).toBe('done');
    }
    machine.keyring.state = 'refuses';
    await vault.commit([put('later', 'the keyring does not hear of it')]);
    await vault.settled();
    machine.keyring.state = 'open';
    expect(await code((await machine.vault()).unlock(cheapWrapper()))).toBe('done');
  });
});

describe('what the keyring is told', () => {
  it('is nothing of a vault that only a passphrase opens', async () => {
    const machine = new Machine();
    const vault = await machine.vault();
    await vault.create(cheapWrapper());
    await vault.commit([put('a', 'b')]);
    await vault.settled();
    expect(machine.keyring.items.size).toBe(0);
  });

  it('goes with the last slot that needs it, and the key of the slot with it', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    expect(machine.keyring.items.size).toBe(2);
    await vault.removeSlot('os-keyring', osKeyringWrapper(machine.keyring));
    await vault.settled();
    expect([...machine.keyring.items.keys()]).toEqual([]);
  });
});

describe('the item of a slot that was replaced', () => {
  const keysIn = ({ items }: FakeKeyring): string[] =>
    [...items.keys()].filter((name) => !name.startsWith('generation-'));

  it('is deleted, and every earlier generation still opens', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    const [former] = keysIn(machine.keyring);
    await vault.addSlot(osKeyringWrapper(machine.keyring));
    expect(keysIn(machine.keyring)).toHaveLength(1);
    expect(keysIn(machine.keyring)).not.toContain(former);
    await vault.settled();
    for (const { name } of await vault.generations()) {
      writeFileSync(machine.file, readFileSync(join(machine.folder, name)));
      expect(await code((await machine.vault()).unlock(cheapWrapper(), true))).toBe('done');
    }
  });

  it('stays as long as an earlier generation opens by nothing else', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    await vault.removeSlot('passphrase');
    const [former] = keysIn(machine.keyring);
    await vault.addSlot(osKeyringWrapper(machine.keyring));
    expect(keysIn(machine.keyring)).toContain(former);
    writeFileSync(machine.file, readFileSync(join(machine.folder, 'vault.nfyv.1')));
    expect(await code((await machine.vault()).unlock(osKeyringWrapper(machine.keyring), true))).toBe('done');
  });

  it('is deleted when everything is sealed anew after a leak', async () => {
    const machine = new Machine();
    const vault = await machine.used();
    const [former] = keysIn(machine.keyring);
    await vault.rekey([cheapWrapper('another'), osKeyringWrapper(machine.keyring)]);
    expect(keysIn(machine.keyring)).toHaveLength(1);
    expect(keysIn(machine.keyring)).not.toContain(former);
  });
});
