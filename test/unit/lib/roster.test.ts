import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Roster } from '../../../src/main/lib/roster.ts';

describe('a roster', () => {
  it('has those that came and have not left, whatever the order of coming and going', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: null }), { maxLength: 200 }), (steps) => {
        const roster = new Roster<number>();
        const present = new Map<number, () => boolean>();
        for (const [member, leaving] of steps.entries()) {
          if (leaving === null || present.size === 0) present.set(member, roster.add(member));
          else {
            const [gone, leave] = [...present][leaving % present.size] ?? [];
            expect(leave?.()).toBe(true);
            present.delete(gone ?? -1);
          }
          expect(roster.size).toBe(present.size);
          expect(new Set(roster.members())).toEqual(new Set(present.keys()));
        }
      }),
    );
  });

  it('lets a member leave once', () => {
    const roster = new Roster<string>();
    const leave = roster.add('one');
    roster.add('two');
    expect(leave()).toBe(true);
    expect(leave()).toBe(false);
    expect(roster.members()).toEqual(['two']);
  });

  it('keeps equal members apart', () => {
    const roster = new Roster<string>();
    const leave = roster.add('same');
    roster.add('same');
    expect(leave()).toBe(true);
    expect(leave()).toBe(false);
    expect(roster.members()).toEqual(['same']);
  });

  it('can be gone through while members leave', () => {
    const roster = new Roster<string>();
    const leaves = [roster.add('one'), roster.add('two'), roster.add('three')];
    const seen: string[] = [];
    for (const member of roster.members()) {
      seen.push(member);
      for (const leave of leaves) leave();
    }
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(roster.size).toBe(0);
  });
});
