import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { SerialQueue } from '../../../src/main/lib/serialQueue.ts';
import { Attempts } from '../../../src/main/vault/attempts.ts';
import { Gate } from '../../../src/main/vault/gate.ts';
import { KeySlots } from '../../../src/main/vault/keySlots.ts';
import { osKeyringWrapper } from '../../../src/main/vault/osKeyring.ts';
import { type Change, Vault } from '../../../src/main/vault/vault.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { FakeKeyring } from '../../helpers/fakeKeyring.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { put } from '../../helpers/testVault.ts';

const proof = { kind: 'keychain' } as const;
const held = put('target', undefined, { isHeld: true }, 'target');

class Host {
  readonly gate: Gate;
  readonly vault: Vault;
  readonly happened: string[] = [];
  readonly edits = new SerialQueue();
  holdAll = (): readonly Change[] => [held];
  readonly #note = (what: string): void => void this.happened.push(`${what}, ${this.vault.state()}`);

  private constructor(folder: string, keyring: FakeKeyring) {
    const clock = new FakeClock(Date.now());
    this.vault = new Vault({ folder, keyring, clock, logger: new MemoryLogger() });
    this.gate = new Gate({
      vault: this.vault,
      keySlots: new KeySlots({
        vault: this.vault,
        keychain: osKeyringWrapper(keyring),
        attempts: new Attempts(clock),
        offerRecoveryKey: () => '',
      }),
      edits: this.edits,
      targets: { holdAll: () => this.holdAll(), rest: () => this.#note('targets rest') },
      refresh: async () => this.#note(`refreshed with ${this.targets().length} held`),
      onOpened: async () => this.#note('opened'),
      tellChange: () => this.#note('told'),
    });
  }

  static async start(folder: string, keyring: FakeKeyring): Promise<Host> {
    const host = new Host(folder, keyring);
    await host.vault.open();
    return host;
  }

  targets(): readonly unknown[] {
    return this.vault.records('target');
  }

  unlock(acceptsOlder: boolean): Promise<string> {
    return this.gate.unlock(proof, acceptsOlder).catch((error: unknown) => {
      if (error instanceof AppError) return error.code;
      throw error;
    });
  }
}

let folder: string;
let keyring: FakeKeyring;
let host: Host;

beforeEach(async () => {
  folder = temporaryFolder();
  keyring = new FakeKeyring();
  host = await Host.start(folder, keyring);
});

/** Its file is a copy from before its last change. */
const rolledBack = async (): Promise<Host> => {
  await host.gate.create(osKeyringWrapper(keyring));
  copyFileSync(join(folder, 'vault.nfyv'), join(folder, 'copy'));
  await host.vault.commit([put('later')]);
  await host.vault.settled();
  copyFileSync(join(folder, 'copy'), join(folder, 'vault.nfyv'));
  return Host.start(folder, keyring);
};

describe('the gate', () => {
  it('tells of a new vault when all that lives off it is there', async () => {
    expect(await host.gate.create(osKeyringWrapper(keyring))).toBe('unlocked');
    expect(host.happened).toEqual(['refreshed with 0 held, unlocked', 'opened, unlocked', 'told, unlocked']);
  });

  it('refreshes behind the edits that are under way', async () => {
    await host.gate.create(osKeyringWrapper(keyring));
    expect(host.gate.lock()).toBe('locked');
    host.happened.length = 0;
    const isUnlocked = new Promise((resolve) => host.vault.onStateChange(resolve));
    void host.edits.run(async () => {
      await isUnlocked;
      await new Promise(setImmediate);
      host.happened.push('edited');
    });
    expect(await host.unlock(false)).toBe('unlocked');
    expect(host.happened.slice(0, 2)).toEqual(['edited', 'refreshed with 0 held, unlocked']);
  });

  it.each([1, 0])(
    'holds the %d targets of an older copy before anything looks at them, and asks once',
    async (targets) => {
      const again = await rolledBack();
      again.holdAll = () => [held].slice(0, targets);
      expect(await again.unlock(false)).toBe('VAULT_OLDER');
      expect(again.happened).toEqual([]);
      expect(await again.unlock(true)).toBe('unlocked');
      expect(again.happened[0]).toBe(`refreshed with ${targets} held, unlocked`);
      await again.vault.settled();
      expect(await (await Host.start(folder, keyring)).unlock(false)).toBe('unlocked');
    },
  );

  it('stays shut where they cannot be held, and asks again', async () => {
    const again = await rolledBack();
    again.holdAll = () => {
      throw new AppError('DISK_FULL');
    };
    expect(await again.unlock(true)).toBe('DISK_FULL');
    expect(again.vault.state()).toBe('locked');
    expect(again.happened).toEqual([]);
    expect(await again.unlock(false)).toBe('VAULT_OLDER');
  });

  it('holds the targets of an earlier state that is put in the place of today’s', async () => {
    await host.gate.create(osKeyringWrapper(keyring));
    await host.vault.commit([put('later')]);
    host.happened.length = 0;
    const [earlier] = await host.vault.generations();
    await host.gate.restore(earlier?.name ?? '');
    expect(host.happened).toEqual([
      'targets rest, unlocked',
      'refreshed with 1 held, unlocked',
      'told, unlocked',
    ]);
    expect(host.vault.records('credential')).toEqual([]);
  });

  it('holds the targets of then in the very save that brings them back', async () => {
    await host.gate.create(osKeyringWrapper(keyring));
    await host.vault.commit([put('target', undefined, { isHeld: false }, 'target')]);
    await host.vault.commit([{ op: 'delete', id: 'target' }]);
    const [withTarget] = await host.vault.generations();
    const seen: unknown[] = [];
    host.holdAll = () => {
      seen.push(...host.targets());
      return [held];
    };
    await host.gate.restore(withTarget?.name ?? '');
    expect(seen).toEqual([{ id: 'target', meta: { isHeld: false } }]);
    expect(host.targets()).toEqual([{ id: 'target', meta: { isHeld: true } }]);
    // The one before is the one that was deleted from: nothing was saved in between.
    const [before] = await host.vault.generations();
    expect(await host.vault.recordsOfGeneration(before?.name ?? '')).toEqual([]);
  });
});
