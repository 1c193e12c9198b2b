import type { z } from 'zod';
import type { Secret } from '../lib/secret.ts';
import type { Change, Vault } from './vault.ts';

/** The records of one kind, typed. Reading goes to the vault; writing makes changes for one commit of the caller's. */
export interface Collection<Meta extends object> {
  list(): readonly ({ readonly id: string } & Meta)[];
  get(id: string): ({ readonly id: string } & Meta) | undefined;
  /** Without a secret the sealed one is kept. */
  put(id: string, meta: Meta, secret?: Secret): Change;
  delete(id: string): Change;
}

export const collection = <Meta extends object>(
  vault: Pick<Vault, 'records'>,
  kind: string,
  schema: z.ZodType<Meta>,
): Collection<Meta> => {
  // The vault hands out the same object until a record is put again, so each is parsed once.
  const parsed = new WeakMap<object, { readonly id: string } & Meta>();
  const parse = (id: string, meta: unknown): { readonly id: string } & Meta => {
    const known = typeof meta === 'object' && meta !== null ? parsed.get(meta) : undefined;
    if (known !== undefined) return known;
    const record = Object.freeze({ ...schema.parse(meta), id });
    if (typeof meta === 'object' && meta !== null) parsed.set(meta, record);
    return record;
  };
  const list = () => vault.records(kind).map(({ id, meta }) => parse(id, meta));

  return {
    list,
    get: (id) => list().find((record) => record.id === id),
    put: (id, meta, secret) => ({ op: 'put', kind, id, meta, ...(secret === undefined ? {} : { secret }) }),
    delete: (id) => ({ op: 'delete', id }),
  };
};
