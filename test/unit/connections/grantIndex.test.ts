import { describe, expect, it } from 'vitest';
import { GrantIndex } from '../../../src/main/connections/grantIndex.ts';
import { Secret } from '../../../src/main/lib/secret.ts';

/** A vault without records whose one secret can be changed. */
const world = () => {
  let text = 'the first secret';
  let openings = 0;
  const index = new GrantIndex({
    vault: {
      records: () => [],
      secretOf: () => {
        openings += 1;
        return Secret.of(text);
      },
    },
    workspaces: () => [],
    credentials: () => [],
  });
  return {
    index,
    openings: () => openings,
    change: (to: string) => {
      text = to;
      index.rebuild();
    },
  };
};

describe('the secrets that requests ask for', () => {
  it('are opened once, not for every request', () => {
    const { index, openings } = world();
    for (let request = 0; request < 100; request++)
      expect(index.secretOf('a').reveal()).toBe('the first secret');
    expect(openings()).toBe(1);
  });

  it('are opened anew after a change, while a request under way keeps what it began with', () => {
    const { index, change } = world();
    const underWay = index.secretOf('a');
    change('the second secret');
    expect(index.secretOf('a').reveal()).toBe('the second secret');
    expect(underWay.reveal()).toBe('the first secret');
  });

  it('are gone from memory once the vault is locked', () => {
    const { index } = world();
    const secret = index.secretOf('a');
    index.clear();
    expect(secret.revealBytes().every((byte) => byte === 0)).toBe(true);
  });
});
