import type { Imported, ImportPreview } from '../../shared/contract/transfer.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { candidatesOf } from './candidates.ts';
import type { ImportTray } from './importTray.ts';
import { candidateKindOf, type Incoming } from './incoming.ts';
import { type Choice, judge, type Verdict } from './judge.ts';
import { type Present, presentOf } from './present.ts';
import { readImport } from './readImport.ts';

interface ImportingDependencies {
  readonly vault: Pick<Vault, 'openedRecords' | 'commit'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly edits: SerialQueue;
  readonly tray: ImportTray;
  readonly findWorkspace: (reference: string) => Workspace;
  readonly workspaces: () => readonly Workspace[];
  /** @throws AppError URL_NOT_ALLOWED */
  readonly endpointOrigin: (url: string) => string;
}

export interface Chosen {
  /** Of a candidate. */
  readonly id: string;
  readonly name?: string | undefined;
}

/** What the keys of a foreign file may do. */
export interface KeyLimits {
  readonly buckets: readonly string[];
  readonly permission: 'read' | 'read-write';
}

interface Decided {
  readonly incoming: Incoming;
  readonly name: string;
  readonly verdict: Verdict;
}

const choicesOf = (chosen: readonly Chosen[], incoming: readonly Incoming[]): ReadonlyMap<string, Choice> => {
  const known = new Set(incoming.map(({ candidateId }) => candidateId));
  if (chosen.some(({ id }) => !known.has(id))) {
    throw new AppError('INVALID_INPUT', { detail: 'chosen: there is no such candidate in this import.' });
  }
  return new Map(chosen.map(({ id, name }) => [id, { name }]));
};

const narrowed = (incoming: readonly Incoming[], { buckets, permission }: KeyLimits): readonly Incoming[] =>
  incoming.map((one) => {
    const { thing } = one;
    if (thing.kind !== 'credential' || thing.meta.kind !== 'key') return one;
    return { ...one, thing: { ...thing, meta: { ...thing.meta, buckets: [...buckets], permission } } };
  });

const refuseAny = (
  decided: readonly Decided[],
  code: ErrorCode,
  problemOf: (one: Decided) => string | null,
) => {
  const problems = decided.flatMap((one) => problemOf(one) ?? []);
  if (problems.length > 0) throw new AppError(code, { detail: `(${problems.join(', ')})` });
};

const changesOf = (decided: readonly Decided[]): Change[] =>
  decided.flatMap(({ verdict, incoming: { secret } }) => {
    if (verdict.kind !== 'new') return [];
    const { kind, id, meta } = verdict.thing;
    return [{ op: 'put', kind, id, meta, ...(secret === null ? {} : { secret }) }];
  });

/** Brings credentials of files into the vault: first a look, then all of what is chosen in one change. */
export class Importing {
  readonly #dependencies: ImportingDependencies;
  /** A file may ask for a gigabyte while its passphrase is tried: one at a time. */
  readonly #reading = new SerialQueue();

  constructor(dependencies: ImportingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Changes nothing. @throws AppError IMPORT_UNREADABLE | FILE_UNUSABLE | PASSPHRASE_NEEDED | WRONG_PASSPHRASE | … */
  preview(given: {
    readonly path: string;
    readonly workspace?: string | undefined;
    readonly passphrase?: Secret | undefined;
  }): Promise<ImportPreview> {
    return this.#reading.run(async () => {
      const { clock, tray, endpointOrigin, findWorkspace, workspaces } = this.#dependencies;
      workspaces(); // A locked vault says so before a file is read.
      const { format, incoming, skipped, sourceDigest } = await readImport(given.path, {
        passphrase: given.passphrase,
        workspace: given.workspace === undefined ? undefined : findWorkspace(given.workspace),
        createdAt: new Date(clock.now()).toISOString(),
        endpointOrigin,
      });
      const { importId, expiresAtMs } = tray.add({ path: given.path, sourceDigest, incoming, applied: null });
      try {
        const verdicts = judge(incoming, this.#present(), null);
        return {
          importId,
          expiresAt: new Date(expiresAtMs).toISOString(),
          format,
          candidates: candidatesOf(incoming, verdicts, workspaces()),
          skipped: [...skipped],
          canReplaceSource: sourceDigest !== null,
        };
      } catch (error) {
        tray.drop(importId); // Locked meanwhile.
        throw error;
      }
    });
  }

  /** All or nothing. @throws AppError IMPORT_GONE | IMPORT_CONFLICT | IMPORT_INCOMPLETE | INVALID_INPUT | … */
  apply(importId: string, chosen: readonly Chosen[], keys?: KeyLimits): Promise<Imported[]> {
    const { edits, tray } = this.#dependencies;
    return tray.use(importId, async (waiting) => {
      if (waiting.applied !== null) throw new AppError('IMPORT_GONE');
      if (keys !== undefined && waiting.sourceDigest === null) {
        throw new AppError('INVALID_INPUT', { detail: 'keys: an export says itself what its keys may do.' });
      }
      const incoming = keys === undefined ? waiting.incoming : narrowed(waiting.incoming, keys);
      const choices = choicesOf(chosen, incoming);
      const result = await edits.run(() => this.#commit(incoming, choices));
      const applied = new Map(result.map(({ candidateId, id }) => [candidateId, id]));
      const next = waiting.sourceDigest === null ? null : { ...waiting, incoming: [], applied };
      return { next, result };
    });
  }

  discard(importId: string): void {
    this.#dependencies.tray.drop(importId);
  }

  #present(): readonly Present[] {
    return presentOf(this.#dependencies.vault.openedRecords(() => true));
  }

  async #commit(incoming: readonly Incoming[], choices: ReadonlyMap<string, Choice>): Promise<Imported[]> {
    const verdicts = judge(incoming, this.#present(), choices);
    const decided = incoming.flatMap((one, place): Decided[] => {
      const [verdict, choice] = [verdicts[place], choices.get(one.candidateId)];
      if (verdict === undefined || choice === undefined) return [];
      return [{ incoming: one, name: choice.name ?? one.thing.meta.name, verdict }];
    });
    refuseAny(decided, 'IMPORT_CONFLICT', ({ verdict, name }) => (verdict.kind === 'conflict' ? name : null));
    refuseAny(decided, 'IMPORT_INCOMPLETE', ({ verdict, name }) =>
      verdict.kind === 'lacks' ? `${name} needs ${verdict.needed}` : null,
    );
    await this.#dependencies.vault.commit(changesOf(decided));
    return decided.map(({ incoming: { candidateId, thing }, name, verdict }) => ({
      candidateId,
      kind: candidateKindOf(thing),
      id: verdict.kind === 'same' ? verdict.id : thing.id,
      name,
      isNew: verdict.kind === 'new',
    }));
  }
}
