import { describe, expect, it } from 'vitest';
import { ReplyBody, type ReplySource } from '../../../../src/main/proxy/upstream/replyBody.ts';

class FakeSource implements ReplySource {
  readonly calls: string[] = [];
  pause(): void {
    this.calls.push('pause');
  }
  resume(): void {
    this.calls.push('resume');
  }
  abort(): void {
    this.calls.push('abort');
  }
}

const read = async (body: ReplyBody): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of body.stream()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

describe('the body of a reply', () => {
  it('is whole once its end has come, however many pieces it came in', () => {
    const body = new ReplyBody(new FakeSource(), true);
    body.push(Buffer.from('one '));
    body.push(Buffer.from('two'));
    expect(body.whole).toBeNull();
    body.end();
    expect(body.whole?.toString()).toBe('one two');
  });

  it('is whole and empty when nothing came before its end', () => {
    const body = new ReplyBody(new FakeSource(), true);
    body.end();
    expect(body.whole?.length).toBe(0);
  });

  it('streams what had come before somebody asked, and what comes after', async () => {
    const body = new ReplyBody(new FakeSource(), true);
    body.push(Buffer.from('early '));
    const text = read(body);
    body.push(Buffer.from('late'));
    body.end();
    expect(await text).toBe('early late');
  });

  it('holds the upstream back when nobody asks for it, and lets it go on when somebody does', async () => {
    const source = new FakeSource();
    const body = new ReplyBody(source, true);
    body.push(Buffer.alloc(1000));
    expect(source.calls).toEqual([]);
    body.push(Buffer.alloc(64 * 1024));
    expect(source.calls).toEqual(['pause']);
    const text = read(body);
    body.end();
    expect(await text).toHaveLength(1000 + 64 * 1024);
    expect(source.calls).toContain('resume');
  });

  it('gives up the rest when its reader leaves, and only then', async () => {
    const source = new FakeSource();
    const body = new ReplyBody(source, true);
    body.push(Buffer.from('some'));
    for await (const _ of body.stream()) break;
    expect(source.calls).toContain('abort');

    const complete = new FakeSource();
    const whole = new ReplyBody(complete, true);
    whole.push(Buffer.from('all'));
    whole.end();
    for await (const _ of whole.stream()) break;
    expect(complete.calls).not.toContain('abort');
  });

  it('fails its reader, whether it failed before or after somebody asked', async () => {
    const early = new ReplyBody(new FakeSource(), true);
    early.push(Buffer.from('half'));
    early.fail(new Error('cut'));
    expect(early.whole).toBeNull();
    await expect(read(early)).rejects.toThrow('cut');

    const late = new ReplyBody(new FakeSource(), true);
    const text = read(late);
    late.fail(new Error('cut later'));
    await expect(text).rejects.toThrow('cut later');
  });
});
