import { describe, expect, it } from 'vitest';
import { ChunkMemory } from '../../../../src/main/proxy/payload/chunkMemory.ts';
import { expectCode } from './pieces.ts';

const failureOf = (task: () => void): unknown => {
  try {
    task();
    return null;
  } catch (error) {
    return error;
  }
};

describe('the memory for the chunks of a connection', () => {
  it('is shared by its uploads, and free again when one has passed its chunk on', () => {
    const memory = new ChunkMemory(10);
    const one = memory.roomFor('tool');
    const other = memory.roomFor('tool');
    one.take(4);
    one.take(2);
    other.take(4);
    expectCode(
      failureOf(() => other.take(1)),
      'PAYLOAD_CHUNKS_TOO_MANY',
    );
    one.leave();
    one.leave();
    other.take(6);
    expectCode(
      failureOf(() => one.take(1)),
      'PAYLOAD_CHUNKS_TOO_MANY',
    );
    other.leave();
    one.take(10);
  });

  it('is none of another connection', () => {
    const memory = new ChunkMemory(10);
    memory.roomFor('tool').take(10);
    expect(failureOf(() => memory.roomFor('another').take(10))).toBeNull();
  });
});
