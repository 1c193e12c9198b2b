import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HmacKey } from '../../../src/main/sigv4/hmacKey.ts';

const repeated = (hex: string, times: number): Buffer => Buffer.from(hex.repeat(times), 'hex');

/** RFC 4231, section 4; case 5 tests truncation, which nobody here does, by its first 16 bytes. */
const cases: readonly (readonly [number, Buffer, string, string])[] = [
  [1, repeated('0b', 20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    2,
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    3,
    repeated('aa', 20),
    repeated('dd', 50).toString('latin1'),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    4,
    Buffer.from('0102030405060708090a0b0c0d0e0f10111213141516171819', 'hex'),
    repeated('cd', 50).toString('latin1'),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [5, repeated('0c', 20), 'Test With Truncation', 'a3b6167473100ee06e0c796c2955552b'],
  [
    6,
    repeated('aa', 131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    7,
    repeated('aa', 131),
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

describe('a key of HMAC-SHA256', () => {
  it.each(cases)('gives the published answer to case %i of RFC 4231', (_, key, text, published) =>
    expect(new HmacKey(key).digest(text).toString('hex').slice(0, published.length)).toBe(published),
  );

  it('agrees with OpenSSL on keys and texts of every length, again and again', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
        (key, texts) => {
          const hmacKey = new HmacKey(key);
          for (const text of texts)
            expect(hmacKey.digest(Buffer.from(text).toString('latin1'))).toEqual(
              createHmac('sha256', key).update(text).digest(),
            );
        },
      ),
      { numRuns: 2000, seed: 20_261_123 },
    ));

  it('does not show itself when printed', () => {
    const key = new HmacKey(Buffer.from('secret'));
    expect(`${inspect(key, { showHidden: true, depth: 9 })}${JSON.stringify(key)}`).toBe('HmacKey {}{}');
  });

  it('leaves nothing of itself when erased', () => {
    const keys = ['one', 'another'].map((text) => new HmacKey(Buffer.from(text)));
    expect(new Set(keys.map((key) => key.digest('text').toString('hex'))).size).toBe(2);
    for (const key of keys) key.erase();
    expect(new Set(keys.map((key) => key.digest('text').toString('hex'))).size).toBe(1);
  });
});
