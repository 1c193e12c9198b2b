import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainCopy } from '../../../src/shared/plainJson.ts';

describe('a plain copy', () => {
  it('is what JSON would carry, for every value that JSON can carry', () => {
    const names = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
    const values = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(names, tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(values, (value) => {
        expect(plainCopy(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves absent fields out', () => {
    expect(Object.keys(plainCopy({ a: 1, b: undefined }) as object)).toEqual(['a']);
  });

  it('never calls a getter', () => {
    let isCalled = false;
    const trap = {
      get value() {
        isCalled = true;
        return 1;
      },
    };
    expect(() => plainCopy(trap)).toThrow(TypeError);
    expect(isCalled).toBe(false);
  });

  it.each([
    ['undefined', undefined],
    ['an infinite number', Number.POSITIVE_INFINITY],
    ['a class instance', new (class Thing {})()],
    ['a boxed string', new String('x')],
    ['a field named by a symbol', { [Symbol('x')]: 1 }],
    ['a prototype of its own', Object.create({ inherited: 1 })],
    ['undefined in a list', [undefined]],
  ])('refuses %s', (_name, value) => {
    expect(() => plainCopy(value)).toThrow(TypeError);
  });

  it('names no value in what it says', () => {
    expect(() => plainCopy({ nfyio_at_secret: () => 1 })).toThrow(/^a function cannot be sent$/);
  });
});
