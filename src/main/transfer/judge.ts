import { isDeepStrictEqual } from 'node:util';
import type { Incoming, Thing } from './incoming.ts';
import { type Present, secretDigestOf } from './present.ts';

/** What becomes of each record on its way in. Pure: the caller gathers. */
export type Verdict =
  | { readonly kind: 'new'; readonly thing: Thing }
  /** It is here already, as this record. */
  | { readonly kind: 'same'; readonly id: string }
  | { readonly kind: 'conflict'; readonly because: 'name-taken' | 'differs' }
  /** The name of what it needs and what does not come in. */
  | { readonly kind: 'lacks'; readonly needed: string };

export interface Choice {
  /** Instead of its own. */
  readonly name: string | undefined;
}

const nameClaim = ({ kind, meta }: Thing): string => {
  if (kind === 'workspace') return JSON.stringify([kind, meta.name]);
  return JSON.stringify([kind === 'credential' ? meta.kind : kind, meta.workspaceId, meta.name]);
};

/** What no second record may be: the same key, the same token, the same local credential. */
const identityClaim = ({ thing: { kind, meta }, secretDigest }: Present): string | null => {
  if (kind === 'workspace') return null;
  if (kind === 'credential')
    return JSON.stringify([
      meta.kind,
      meta.workspaceId,
      meta.kind === 'key' ? meta.accessKeyId : secretDigest,
    ]);
  const local = meta.accessKeyId ?? secretDigest;
  return local === null ? null : JSON.stringify(['local', local]);
};

class Known {
  readonly #byId = new Map<string, Present>();
  readonly #byName = new Map<string, Present>();
  readonly #byIdentity = new Map<string, Present>();

  constructor(present: readonly Present[]) {
    for (const one of present) this.add(one);
  }

  add(one: Present): void {
    this.#byId.set(one.thing.id, one);
    this.#byName.set(nameClaim(one.thing), one);
    const identity = identityClaim(one);
    if (identity !== null) this.#byIdentity.set(identity, one);
  }

  withId(id: string): Present | undefined {
    return this.#byId.get(id);
  }

  withNameOf(thing: Thing): Present | undefined {
    return this.#byName.get(nameClaim(thing));
  }

  withIdentityOf(one: Present): Present | undefined {
    const identity = identityClaim(one);
    return identity === null ? undefined : this.#byIdentity.get(identity);
  }
}

const haveSameEndpoints = (one: Thing, other: Thing): boolean =>
  one.kind === 'workspace' &&
  other.kind === 'workspace' &&
  one.meta.apiUrl === other.meta.apiUrl &&
  one.meta.s3Url === other.meta.s3Url;

/** The sandbox may be at other ports after every start. */
const areSandbox = (one: Thing, other: Thing): boolean =>
  one.kind === 'workspace' && other.kind === 'workspace' && one.meta.isSandbox && other.meta.isSandbox;

/** A workspace is the same when it is at the same place: nothing may lead its credentials to another one. */
const isEqual = (one: Present, other: Present): boolean =>
  one.thing.kind === other.thing.kind &&
  (one.thing.kind === 'workspace'
    ? haveSameEndpoints(one.thing, other.thing) || areSandbox(one.thing, other.thing)
    : one.secretDigest === other.secretDigest && isDeepStrictEqual(one.thing.meta, other.thing.meta));

/** The embedded service belongs to the home folder that it was started in: elsewhere its workspace is one like any. */
const asImported = (thing: Thing): Thing =>
  thing.kind === 'workspace' ? { ...thing, meta: { ...thing.meta, isSandbox: false } } : thing;

const judged = (one: Present, renamed: Thing, known: Known): Verdict => {
  const withId = known.withId(one.thing.id);
  if (withId !== undefined)
    return isEqual(one, withId)
      ? { kind: 'same', id: withId.thing.id }
      : { kind: 'conflict', because: 'differs' };
  const withIdentity = known.withIdentityOf(one);
  if (withIdentity !== undefined)
    return one.thing.kind === 'credential' && withIdentity.secretDigest === one.secretDigest
      ? { kind: 'same', id: withIdentity.thing.id }
      : { kind: 'conflict', because: 'differs' };
  const withName = known.withNameOf(renamed);
  if (withName === undefined) return { kind: 'new', thing: asImported(renamed) };
  return haveSameEndpoints(renamed, withName.thing)
    ? { kind: 'same', id: withName.thing.id }
    : { kind: 'conflict', because: 'name-taken' };
};

const withName = (thing: Thing, name: string | undefined): Thing =>
  name === undefined ? thing : ({ ...thing, meta: { ...thing.meta, name } } as Thing);

/**
 * @param incoming workspaces first, connections last
 * @param choices by candidate id; null: everything, and a conflict counts as if it were resolved
 * @returns in the order of `incoming`
 */
export const judge = (
  incoming: readonly Incoming[],
  present: readonly Present[],
  choices: ReadonlyMap<string, Choice> | null,
): readonly Verdict[] => {
  const known = new Known(present);
  const names = new Map(incoming.map(({ thing }) => [thing.id, thing.meta.name]));
  /** What stands here for an id of the export; null: nothing. */
  const standsFor = new Map<string, string | null>();
  /** An id that is not of the export is one of the vault. */
  const resolve = (id: string): string | null => {
    const stands = standsFor.get(id);
    return stands === undefined ? id : stands;
  };

  const attached = (thing: Thing): Thing | { readonly lacks: string } => {
    if (thing.kind === 'workspace') return thing;
    const lacks = (id: string) => ({ lacks: names.get(id) ?? id });
    const workspaceId = resolve(thing.meta.workspaceId);
    if (workspaceId === null) return lacks(thing.meta.workspaceId);
    if (thing.kind === 'credential') return { ...thing, meta: { ...thing.meta, workspaceId } };
    // A credential that was not exported is bound no more.
    const bound = thing.meta.credentialIds.filter((id) => standsFor.has(id));
    const missing = bound.find((id) => resolve(id) === null);
    if (missing !== undefined) return lacks(missing);
    const credentialIds = bound.flatMap((id) => resolve(id) ?? []);
    return { ...thing, meta: { ...thing.meta, workspaceId, credentialIds } };
  };

  return incoming.map(({ candidateId, thing, secret }): Verdict => {
    const choice = choices?.get(candidateId);
    const isChosen = choices === null || choice !== undefined;
    const here = attached(thing);
    if ('lacks' in here) {
      standsFor.set(thing.id, null);
      return { kind: 'lacks', needed: here.lacks };
    }
    const secretDigest = secretDigestOf(secret);
    const verdict = judged({ thing: here, secretDigest }, withName(here, choice?.name), known);
    if (verdict.kind === 'same') standsFor.set(thing.id, verdict.id);
    else if (!isChosen) standsFor.set(thing.id, null);
    else {
      standsFor.set(thing.id, thing.id);
      if (verdict.kind === 'new') known.add({ thing: verdict.thing, secretDigest });
    }
    return verdict;
  });
};
