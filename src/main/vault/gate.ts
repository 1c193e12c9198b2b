import type { VaultState } from '../../shared/contract/app.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { KeyWrapper } from '../ports.ts';
import type { KeySlots, Proof } from './keySlots.ts';
import type { Change, Vault } from './vault.ts';

export interface GateDependencies {
  readonly vault: Pick<
    Vault,
    'create' | 'unlock' | 'acceptGeneration' | 'restore' | 'commit' | 'lock' | 'state'
  >;
  readonly keySlots: Pick<KeySlots, 'unlock'>;
  readonly edits: SerialQueue;
  /** The places outside that secrets are written to. */
  readonly targets: {
    /** The changes after which nothing is written before somebody asks. */
    holdAll(): readonly Change[];
    /** Nothing is begun by itself before the next refresh. */
    rest(): void;
  };
  /** Brings all that lives off the records up to date with them. */
  readonly refresh: () => Promise<void>;
  /** What goes on where an earlier run ended. It must not fail because of that. */
  readonly onOpened: () => Promise<void>;
  readonly tellChange: () => void;
}

/** Opens and closes the vault and puts an earlier state in its place, with everything that hangs on that. */
export class Gate {
  readonly #dependencies: GateDependencies;

  constructor(dependencies: GateDependencies) {
    this.#dependencies = dependencies;
  }

  async create(wrapper: KeyWrapper): Promise<VaultState> {
    await this.#dependencies.vault.create(wrapper);
    return this.#opened();
  }

  /** @param acceptsOlder whether the person was told that the file is older than it should be, and wants it */
  async unlock(proof: Proof, acceptsOlder: boolean): Promise<VaultState> {
    const { isOlder } = await this.#dependencies.keySlots.unlock(proof, acceptsOlder);
    if (isOlder) await this.#acceptOlder();
    return this.#opened();
  }

  lock(): VaultState {
    const { vault } = this.#dependencies;
    vault.lock();
    return vault.state();
  }

  async restore(backupName: string): Promise<void> {
    const { edits, refresh, targets, tellChange, vault } = this.#dependencies;
    targets.rest();
    // In one save: what is cut off in between would write the secrets of then by itself.
    await edits.run(() => vault.restore(backupName, () => targets.holdAll()));
    await edits.run(refresh);
    tellChange();
  }

  async #opened(): Promise<VaultState> {
    const { edits, onOpened, refresh, tellChange, vault } = this.#dependencies;
    await edits.run(refresh);
    await onOpened();
    tellChange();
    return vault.state();
  }

  /** Targets are held before the older state counts: whatever ends the process in between, it is asked for again. */
  async #acceptOlder(): Promise<void> {
    const { edits, targets, vault } = this.#dependencies;
    try {
      await edits.run(() => vault.commit(targets.holdAll()));
      vault.acceptGeneration();
    } catch (error) {
      vault.lock();
      throw error;
    }
  }
}
