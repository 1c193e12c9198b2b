import { z } from 'zod';
import { S3Error } from './s3Error.ts';

const size = z.coerce.number().int().min(0);

/** The policy document of an upload form. */
const document = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), size, size]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

export interface PostPolicy {
  readonly expiresAtMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const needsNoCondition = /^(?:policy|x-amz-signature|x-ignore-.*)$/;

/** @throws S3Error unless every condition holds and every field is covered by one */
export const checkPolicy = (base64: string, fields: ReadonlyMap<string, string>): PostPolicy => {
  const { expiration, conditions } = parse(base64);
  const covered = new Set<string>();
  let minBytes = 0;
  let maxBytes = Number.POSITIVE_INFINITY;
  const demand = (name: string, isMet: (value: string) => boolean): void => {
    covered.add(name.toLowerCase());
    if (!isMet(fields.get(name.toLowerCase()) ?? ''))
      throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy Condition failed.');
  };
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, wanted] of Object.entries(condition))
        demand(name, (value) => value === bytesOf(wanted));
    } else if (condition[0] === 'content-length-range') {
      minBytes = Math.max(minBytes, condition[1]);
      maxBytes = Math.min(maxBytes, condition[2]);
    } else {
      const [kind, name, wanted] = condition;
      demand(name.slice(1), (value) =>
        kind === 'eq' ? value === bytesOf(wanted) : value.startsWith(bytesOf(wanted)),
      );
    }
  }
  if ([...fields.keys()].some((name) => !covered.has(name) && !needsNoCondition.test(name)))
    throw new S3Error('AccessDenied', 'Invalid according to Policy: Extra input fields.');
  return { expiresAtMs: Date.parse(expiration), minBytes, maxBytes };
};

const parse = (base64: string): z.output<typeof document> => {
  try {
    return document.parse(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));
  } catch {
    throw new S3Error('InvalidPolicyDocument');
  }
};
