import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_LANES, placeMarks } from '../../../src/renderer/lib/timeline.ts';

describe('the marks of the timeline', () => {
  it('stand on the axis while there is room', () => {
    const places = placeMarks([
      { name: 'one', share: 0 },
      { name: 'two', share: 0.5 },
    ]);
    expect(places).toEqual([
      { lane: 0, label: 'after' },
      { lane: 0, label: 'after' },
    ]);
  });

  it('turn their name to the left at the end of the line', () => {
    expect(placeMarks([{ name: 'far-away', share: 1 }])).toEqual([{ lane: 0, label: 'before' }]);
  });

  it('climb when they fall on one day, and at last lose the name, never the dot', () => {
    const places = placeMarks(Array.from({ length: MOST_LANES + 2 }, () => ({ name: 'same', share: 0.2 })));
    expect(places.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 4, 4, 4]);
    expect(places.filter(({ label }) => label === 'none')).toHaveLength(2);
  });

  it('never write one name over another, wherever they fall', () => {
    const mark = fc.record({
      name: fc.string({ minLength: 1, maxLength: 40 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 60 }), (unsorted) => {
        const marks = unsorted.toSorted((one, other) => one.share - other.share);
        const drawn = placeMarks(marks).map((place, index) => ({
          ...place,
          share: marks[index]?.share ?? 0,
        }));
        const named = drawn.filter(({ label }) => label !== 'none');
        // The shortest name is 33 px of 560: two dots of one lane that both carry one are at least that far apart.
        for (const [index, { lane, share, label }] of named.entries()) {
          const next = named.slice(index + 1).find((other) => other.lane === lane && other.label === label);
          if (next !== undefined) expect(next.share - share).toBeGreaterThan(32 / 560);
        }
      }),
    );
  });
});
