import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListingRequest, listPage } from '../../../src/sandbox/objects/listing.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '\xff'), maxLength: 6 });

/** The slow way: fold every key, then keep what is behind the marker. */
const entriesByHand = (keys: readonly string[], prefix: string, delimiter: string): string[] => {
  const folded = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const rest = key.slice(prefix.length).split(delimiter);
      return delimiter === '' || rest.length === 1 ? key : `${prefix}${rest[0]}${delimiter}`;
    });
  return [...new Set(folded)].sort();
};

describe('pages of a listing', () => {
  it('together are every entry once, in order, whatever the page size', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 40 }),
        name.map((text) => text.slice(0, 2)),
        fc.constantFrom('', '/', 'a', '-b'),
        fc.integer({ min: 1, max: 5 }),
        (unsorted, prefix, delimiter, maxKeys) => {
          const keys = unsorted.filter((key) => key !== '').sort();
          const found: string[] = [];
          let request: ListingRequest = { prefix, delimiter, after: '', maxKeys };
          for (let pages = 0; pages <= keys.length; pages += 1) {
            const page = listPage(keys, request);
            const entries = [...page.keys, ...page.commonPrefixes].sort();
            expect(entries.length).toBeLessThanOrEqual(maxKeys);
            found.push(...entries);
            if (!page.isTruncated) break;
            request = { ...request, after: page.last };
          }
          expect(found).toEqual(entriesByHand(keys, prefix, delimiter));
        },
      ),
      { numRuns: 3000, seed: 20_261_123 },
    ));
});
