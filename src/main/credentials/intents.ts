import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { credentialKind } from '../../shared/contract/credentials.ts';
import type { Intent } from '../../shared/contract/rotation.ts';
import { isoTime } from '../../shared/contract/words.ts';
import { AppError } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import { type Collection, collection } from '../vault/collection.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { hasDoneNothing } from './outcome.ts';

interface IntentsDependencies {
  readonly vault: Pick<Vault, 'records' | 'commit'>;
  readonly clock: Pick<Clock, 'now'>;
}

const intentMeta = z.object({
  what: z.enum(['mint', 'regenerate']),
  workspaceId: z.string(),
  kind: credentialKind,
  /** As the service was given it. */
  name: z.string(),
  startedAt: isoTime,
  credentialId: z.string().nullable(),
});
type IntentMeta = z.infer<typeof intentMeta>;
export type IntentRecord = { readonly id: string } & IntentMeta;

/** What was asked for, and that it is not known to be settled. */
export interface Asked<Answer> {
  readonly answer: Answer;
  /** Belongs into the commit that seals the answer. */
  readonly settled: readonly Change[];
  /** The answer was not sealed, and the service has not forgotten it: it is told from now on. */
  leave(): void;
  /** The answer was not sealed, and the service has forgotten it again. */
  forget(): Promise<void>;
}

const word = { token: 'access token', key: 'access key' } as const;

const shown = (record: IntentRecord): Intent => {
  const { id, what, kind, name, startedAt } = record;
  const at = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const [because, remedy] =
    what === 'mint'
      ? [
          `An ${word[kind]} “${name}” may have been made at ${at} and lost: its secret is not in the vault.`,
          `Have it deleted at the service (\`nfyio-vault intent resolve ${id}\`).`,
        ]
      : [
          `The ${word[kind]} “${name}” may have got a new secret at ${at} that was lost: the one in the vault may be dead.`,
          `Regenerate it again (\`nfyio-vault intent resolve ${id}\`).`,
        ];
  return { ...record, because, try: remedy };
};

/**
 * What the service was asked for and will say only once. Written down durably before it is asked, and removed by the
 * very commit that seals the answer: whatever ends the process in between, the next start tells of it.
 */
export class Intents {
  readonly #dependencies: IntentsDependencies;
  readonly #records: Collection<IntentMeta>;
  /** Of calls that are under way. */
  readonly #pending = new Set<string>();

  constructor(dependencies: IntentsDependencies) {
    this.#dependencies = dependencies;
    this.#records = collection(dependencies.vault, 'intent', intentMeta);
  }

  /** @throws as `ask` does; unless that was a clear refusal, the intent stays */
  async ask<Answer>(
    wanted: Omit<IntentMeta, 'startedAt'>,
    ask: () => Promise<Answer>,
  ): Promise<Asked<Answer>> {
    const { clock, vault } = this.#dependencies;
    const id = randomUUID();
    const startedAt = new Date(clock.now()).toISOString();
    this.#pending.add(id);
    const leave = (): void => void this.#pending.delete(id);
    const forget = async (): Promise<void> => {
      await vault.commit([this.#records.delete(id)]).catch(() => undefined);
      leave();
    };
    try {
      await vault.commit([this.#records.put(id, { ...wanted, startedAt })]);
      return { answer: await ask(), settled: this.#settled(id, wanted), leave, forget };
    } catch (error) {
      if (hasDoneNothing(error)) await forget();
      else leave();
      throw error;
    }
  }

  /** Those whose outcome nobody waits for any more, the oldest first. */
  unresolved(): readonly IntentRecord[] {
    return this.#records.list().filter(({ id }) => !this.#pending.has(id));
  }

  list(): Intent[] {
    return this.unresolved().map(shown);
  }

  /** What may have been lost, and what to do about it: one for each. */
  notices(): string[] {
    return this.list().map(({ because, try: remedy }) => `${because} ${remedy}`);
  }

  /** @throws AppError INTENT_UNKNOWN */
  find(id: string): IntentRecord {
    const found = this.unresolved().find((record) => record.id === id);
    if (found === undefined) throw new AppError('INTENT_UNKNOWN');
    return found;
  }

  async dismiss(id: string): Promise<void> {
    await this.#dependencies.vault.commit([this.#records.delete(this.find(id).id)]);
  }

  /** The changes that forget what hung on a credential that is deleted. */
  forgetting(credentialId: string): Change[] {
    return this.#records
      .list()
      .filter((record) => record.what === 'regenerate' && record.credentialId === credentialId)
      .map(({ id }) => this.#records.delete(id));
  }

  /** A key that was regenerated has one secret only: what became of earlier ones does not matter any more. */
  #settled(id: string, { what, credentialId }: Pick<IntentMeta, 'what' | 'credentialId'>): readonly Change[] {
    const earlier =
      what === 'mint'
        ? []
        : this.#records
            .list()
            .filter((record) => record.what === what && record.credentialId === credentialId);
    return [...new Set([id, ...earlier.map((record) => record.id)])].map((gone) =>
      this.#records.delete(gone),
    );
  }
}
