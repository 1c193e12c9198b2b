import { describe, expect, it } from 'vitest';
import { ReplayableBody } from '../../../../src/main/proxy/payload/replayableBody.ts';
import { drain, pieces } from './pieces.ts';

/** A source whose pieces come when the test says so. */
const handFed = () => {
  const waiting: ((piece: Buffer | null) => void)[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = await new Promise<Buffer | null>((resolve) => waiting.push(resolve));
      if (piece === null) return;
      yield piece;
    }
  }
  const feed = async (text: string | null): Promise<void> => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.(text === null ? null : Buffer.from(text));
  };
  return { source: source(), feed };
};

describe('a body that can be read again', () => {
  it('is the same the second time', async () => {
    const body = new ReplayableBody(pieces('0123456789', 3), 10);
    expect((await drain(body.read())).bytes.toString()).toBe('0123456789');
    expect(body.canReplay).toBe(true);
    expect((await drain(body.read())).bytes.toString()).toBe('0123456789');
    expect(body.canReplay).toBe(false);
  });

  it('can be so up to its limit, and is whole the first time beyond it', async () => {
    const body = new ReplayableBody(pieces('0123456789', 3), 9);
    expect((await drain(body.read())).bytes.toString()).toBe('0123456789');
    expect(body.canReplay).toBe(false);
  });

  it('goes on with what was under way when it was read again', async () => {
    const { source, feed } = handFed();
    const body = new ReplayableBody(source, 100);
    const first = body.read();
    const taken = first.next();
    await feed('one,');
    expect((await taken).value?.toString()).toBe('one,');
    const pending = first.next();
    const second = drain(body.read());
    await feed('two,');
    await feed('three');
    await feed(null);
    expect((await second).bytes.toString()).toBe('one,two,three');
    expect((await pending).done).toBe(true);
  });

  it('gives nothing more to a reader it is held from', async () => {
    const { source, feed } = handFed();
    const body = new ReplayableBody(source, 100);
    const first = body.read();
    const begun = first.next();
    await feed('one,');
    await begun;
    body.hold();
    const pending = first.next();
    await feed('two');
    const second = drain(body.read());
    await feed(null);
    expect((await second).bytes.toString()).toBe('one,two');
    expect((await pending).done).toBe(true);
  });

  it('breaks off as its source does', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('one');
      throw new Error('reset');
    }
    const { bytes, error } = await drain(new ReplayableBody(broken(), 100).read());
    expect([bytes.toString(), (error as Error).message]).toEqual(['one', 'reset']);
  });
});
