import { randomBytes } from 'node:crypto';
import type { VaultState } from '../../shared/contract/app.ts';
import { AppError } from '../lib/appError.ts';
import { Emitter } from '../lib/emitter.ts';
import { Secret } from '../lib/secret.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { KeyWrapper, Logger, WrappedKey } from '../ports.ts';
import { VAULT_ID_BYTES } from './boxContext.ts';
import { newDataKey, openSlot, withoutSlot, withSlot } from './dataKey.ts';
import { forgetFormerSlot, removeOfFormerKeys } from './formerKeys.ts';
import { listed, type OpenedRecord, OpenRecords, type RecordMap, type VaultRecord } from './openRecords.ts';
import type { VaultHead } from './vaultFile.ts';
import type { Generation } from './vaultFolder.ts';
import { VaultStore, type VaultStoreDependencies } from './vaultStore.ts';

export type Change =
  | {
      readonly op: 'put';
      readonly kind: string;
      readonly id: string;
      /** Plain JSON. */
      readonly meta: unknown;
      /** Absent: keeps the sealed one, if any. Read, not taken over: the caller wipes it. */
      readonly secret?: Secret;
    }
  | { readonly op: 'delete'; readonly id: string };

/** Absent: they stay as they are. */
interface Decision {
  readonly slots?: readonly WrappedKey[];
  readonly records?: RecordMap;
}

const next = ({ vaultId, generation, slots }: VaultHead): VaultHead => ({
  vaultId,
  generation: generation + 1,
  slots,
});

const recordsAfter = (open: OpenRecords, changes: readonly Change[], before: VaultHead): RecordMap =>
  open.after(
    changes.map((change) =>
      change.op === 'delete' ? change : { ...change, secret: change.secret?.revealBytes() ?? null },
    ),
    next(before).generation,
  );

/**
 * Everything that must not be read by others, in one sealed file. Metadata is in memory while unlocked; a secret is
 * opened only when asked for. One process at a time: the home lock sees to it.
 */
export class Vault {
  readonly #store: VaultStore;
  readonly #logger: Logger;
  readonly #queue = new SerialQueue();
  readonly #changes: Emitter<{ state: VaultState }>;
  #open: OpenRecords | null = null;
  /** Counts the calls of `lock()`: a lock also ends an unlocking that is under way. */
  #locks = 0;

  constructor(dependencies: VaultStoreDependencies) {
    this.#store = new VaultStore(dependencies);
    this.#logger = dependencies.logger;
    this.#changes = new Emitter(() => dependencies.logger.log('error', 'a listener of the vault failed'));
  }

  /** Reads what is there without a key. @throws AppError VAULT_DAMAGED | VAULT_NEWER | HOME_UNUSABLE | … */
  open(): Promise<void> {
    return this.#queue.run(() => this.#store.open());
  }

  /** A vault that is there and cannot be used counts as locked. */
  state(): VaultState {
    if (this.#open !== null) return 'unlocked';
    return this.#store.isAbsent() ? 'absent' : 'locked';
  }

  /** What `open()` found that the person should know. */
  notices(): readonly string[] {
    return this.#store.notices();
  }

  /** Kinds of the wrappers that can open it. */
  wrapperKinds(): readonly string[] {
    return this.#store.image()?.slots.map(({ kind }) => kind) ?? [];
  }

  /** @returns the function that stops listening */
  onStateChange(listener: (state: VaultState) => void): () => void {
    return this.#changes.on('state', listener);
  }

  /** Makes the vault and leaves it unlocked. @throws AppError VAULT_EXISTS, whatever the state of the one that exists */
  create(wrapper: KeyWrapper): Promise<void> {
    const locks = this.#locks;
    return this.#queue.run(async () => {
      await this.#store.requireNone();
      const dataKey = newDataKey();
      try {
        const slots = await withSlot([], wrapper, dataKey);
        const head = { vaultId: randomBytes(VAULT_ID_BYTES), generation: 1, slots };
        const open = OpenRecords.ofNew(head.vaultId, dataKey);
        await this.#store.save(open.encoded(head));
        this.#become(open, locks);
      } finally {
        dataKey.fill(0);
      }
    });
  }

  /**
   * @param acceptsOlder opens it also where a later generation was saved on this machine
   * @returns whether it is such an older one: it counts from `acceptGeneration()` on
   * @throws AppError WRONG_PASSPHRASE | PASSPHRASE_NEEDED | KEYCHAIN_UNAVAILABLE | VAULT_ABSENT | VAULT_OLDER | VAULT_DAMAGED
   */
  unlock(wrapper: KeyWrapper, acceptsOlder = false): Promise<{ readonly isOlder: boolean }> {
    const locks = this.#locks;
    return this.#queue.run(async () => {
      let isOlder = false;
      const stored = this.#store.require();
      const { key: dataKey, shouldRewrap } = await openSlot(stored.image.slots, wrapper);
      try {
        if (this.#open === null) {
          isOlder = await this.#isOlder(acceptsOlder);
          this.#become(OpenRecords.read(stored, dataKey), locks);
          if (!isOlder && this.#store.isMirrored()) this.#store.acceptGeneration();
          void this.#queue.run(() => this.#removeOfFormerKeys());
        }
        if (shouldRewrap) await this.#rewrap(stored.image, wrapper, dataKey);
      } finally {
        dataKey.fill(0);
      }
      if (this.#open === null) throw new AppError('VAULT_LOCKED');
      return { isOlder };
    });
  }

  /** From now on the generation that is there is the one that counts, also if there was a later one. */
  acceptGeneration(): void {
    this.#store.acceptGeneration();
  }

  /** Whether the owner is here. @throws AppError as `unlock` */
  async prove(wrapper: KeyWrapper): Promise<void> {
    const { key } = await openSlot(this.#store.require().image.slots, wrapper);
    key.fill(0);
  }

  /** One more way to open the vault, or the same way anew; no record is touched. */
  async addSlot(wrapper: KeyWrapper): Promise<void> {
    const before = await this.#change(async (open, { slots }) => ({
      slots: await open.slotsWith(slots, wrapper),
    }));
    await this.#forgetSlot(before, wrapper);
  }

  /**
   * @param wrapper the one of this kind, where this host has it: it forgets what it keeps for the slot
   * @throws AppError SLOT_ABSENT | SLOT_LAST
   */
  async removeSlot(kind: string, wrapper: KeyWrapper | null = null): Promise<void> {
    const before = await this.#change((_, { slots }) => ({ slots: withoutSlot(slots, kind) }));
    if (wrapper?.kind === kind) await this.#forgetSlot(before, wrapper);
  }

  /**
   * Seals everything anew under another data key, which these wrappers alone open, and removes the earlier
   * generations, which the old key opens.
   */
  async rekey(wrappers: readonly KeyWrapper[]): Promise<void> {
    const locks = this.#locks;
    const headBefore = await this.#queue.run(async () => {
      const before = this.#requireOpen();
      const { image: headBefore } = this.#store.require();
      const dataKey = newDataKey();
      try {
        let slots: readonly WrappedKey[] = [];
        for (const wrapper of wrappers) slots = await withSlot(slots, wrapper, dataKey);
        if (this.#open !== before) throw new AppError('VAULT_LOCKED');
        const head = next({ ...headBefore, slots });
        const open = before.under(dataKey, head.generation);
        await this.#store.save(open.encoded(head)).catch((error: unknown) => {
          open.wipe();
          throw error;
        });
        before.wipe();
        this.#become(open, locks);
      } finally {
        dataKey.fill(0);
      }
      await this.#store.forgetGenerations();
      return headBefore;
    });
    for (const wrapper of wrappers) await this.#forgetSlot(headBefore, wrapper);
  }

  /** Newest first. */
  generations(): Promise<readonly Generation[]> {
    return this.#queue.run(() => this.#store.generations());
  }

  /** For good: what was deleted before is then nowhere any more. */
  forgetGenerations(): Promise<void> {
    return this.#queue.run(() => this.#store.forgetGenerations());
  }

  /** What an earlier generation holds. @throws AppError GENERATION_GONE | VAULT_DAMAGED */
  recordsOfGeneration(name: string): Promise<readonly VaultRecord[]> {
    return this.#queue.run(async () => {
      const stored = await this.#store.generation(name);
      return listed(this.#requireOpen().recordsIn(stored));
    });
  }

  /**
   * Puts its records in the place of today's, which become the newest generation. Slots stay as they are.
   * @param furtherChanges saved with them, and decided on when the vault already looks as it will then
   */
  async restore(name: string, furtherChanges: () => readonly Change[] = () => []): Promise<void> {
    await this.#change(async (open, before) => {
      const restored = open.recordsIn(await this.#store.generation(name));
      return { records: open.lookingAt(restored, () => recordsAfter(open, furtherChanges(), before)) };
    });
  }

  /** When the keyring, too, has heard of the last save. */
  settled(): Promise<void> {
    return this.#store.settled();
  }

  /** At once: zeroes the keys and forgets the metadata. A commit that is being written is still finished. */
  lock(): void {
    this.#locks += 1;
    if (this.#open === null) return;
    this.#open.wipe();
    this.#open = null;
    this.#changes.emit('state', 'locked');
  }

  /** Metadata is frozen and stays the same object until the record is put again. */
  records(kind: string): readonly { readonly id: string; readonly meta: unknown }[] {
    return this.#requireOpen().ofKind(kind);
  }

  allRecords(): readonly VaultRecord[] {
    return this.#requireOpen().all();
  }

  /** Those that are wanted, with their secrets, for the caller to wipe. */
  openedRecords(isWanted: (record: VaultRecord) => boolean): readonly OpenedRecord[] {
    return this.#requireOpen().opened(isWanted);
  }

  /** Opened anew at each call, for the caller to wipe. @throws AppError CREDENTIAL_GONE when there is none */
  secretOf(id: string): Secret {
    const bytes = this.#requireOpen().secretOf(id);
    if (bytes === null) throw new AppError('CREDENTIAL_GONE');
    return Secret.ofBytes(bytes);
  }

  /** All or none, in the order of the calls. Durable when it resolves; when it rejects, nothing has changed. */
  async commit(changes: readonly Change[]): Promise<void> {
    this.#requireOpen();
    if (changes.length === 0) return;
    await this.#change((open, before) => ({ records: recordsAfter(open, changes, before) }));
  }

  /**
   * One change after the other: decided on what the one before has left, saved, and only then taken over.
   * @returns what the one before had left
   */
  #change(
    decide: (open: OpenRecords, before: VaultHead) => Decision | Promise<Decision>,
  ): Promise<VaultHead> {
    return this.#queue.run(async () => {
      const open = this.#requireOpen();
      const { image: before } = this.#store.require();
      const { slots = before.slots, records } = await decide(open, before);
      if (this.#open !== open) throw new AppError('VAULT_LOCKED');
      await this.#store.save(open.encoded(next({ ...before, slots }), records));
      if (records !== undefined && this.#open === open) open.adopt(records);
      return before;
    });
  }

  /** @throws AppError VAULT_OLDER, unless that is accepted */
  async #isOlder(isAccepted: boolean): Promise<boolean> {
    try {
      await this.#store.requireNewest();
      return false;
    } catch (error) {
      if (isAccepted && error instanceof AppError && error.code === 'VAULT_OLDER') return true;
      throw error;
    }
  }

  #requireOpen(): OpenRecords {
    if (this.#open !== null) return this.#open;
    this.#store.require();
    throw new AppError('VAULT_LOCKED');
  }

  #become(open: OpenRecords, locksAtStart: number): void {
    if (this.#locks === locksAtStart) this.#open = open;
    else open.wipe();
    this.#changes.emit('state', this.state());
  }

  #forgetSlot({ slots }: VaultHead, wrapper: KeyWrapper): Promise<void> {
    return this.#tolerate('what a former key slot left behind could not be removed', () =>
      forgetFormerSlot(slots, wrapper, () => this.generations()),
    );
  }

  #removeOfFormerKeys(): Promise<void> {
    return this.#tolerate('what a former key opens could not be removed', () =>
      removeOfFormerKeys(this.#store, () => this.#open),
    );
  }

  /** The old slot still opens, and the next unlock tries again. */
  #rewrap(head: VaultHead, wrapper: KeyWrapper, dataKey: Buffer): Promise<void> {
    return this.#tolerate('the key slot could not be renewed', async () => {
      const open = this.#open;
      if (open === null) return;
      const slots = await withSlot(head.slots, wrapper, dataKey);
      if (this.#open !== open) return;
      await this.#store.save(open.encoded(next({ ...head, slots })));
    });
  }

  /** Its failure is not worth failing what it goes with. */
  async #tolerate(warning: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#logger.log('warn', warning, { code: error instanceof AppError ? error.code : 'INTERNAL' });
    }
  }
}
