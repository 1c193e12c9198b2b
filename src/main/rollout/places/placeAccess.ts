import type { z } from 'zod';
import { AppError } from '../../lib/appError.ts';
import type { Secret } from '../../lib/secret.ts';

const refused = (detail: string): AppError => new AppError('TARGET_REFUSED', { detail });

/**
 * A token, for a header.
 * @throws AppError TARGET_REFUSED when it cannot be one
 */
export const tokenOf = (access: Secret | null): string => {
  if (access === null) throw refused('It needs a token, and none is sealed with it.');
  const token = access.reveal();
  if (!/^[\x21-\x7e]+$/.test(token)) throw refused('The token has characters that no token has.');
  return token;
};

/**
 * A key that is JSON. Nothing of it is ever quoted.
 * @param form in words, e.g. `{"accessKeyId","secretAccessKey"}`
 * @throws AppError TARGET_REFUSED
 */
export const keyOf = <Key>(access: Secret | null, schema: z.ZodType<Key>, form: string): Key => {
  if (access === null) throw refused(`It needs ${form}, and nothing is sealed with it.`);
  let value: unknown;
  try {
    value = JSON.parse(access.reveal());
  } catch {
    throw refused(`What opens it is not JSON: it needs ${form}.`);
  }
  const key = schema.safeParse(value);
  if (!key.success) throw refused(`What opens it is not ${form}.`);
  return key.data;
};
