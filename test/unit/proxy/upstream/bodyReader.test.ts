import { describe, expect, it } from 'vitest';
import { bodyReaderOf } from '../../../../src/main/proxy/upstream/bodyReader.ts';
import type { ReplyFraming } from '../../../../src/main/proxy/upstream/replyHead.ts';

interface Reading {
  readonly body: string;
  readonly isComplete: boolean;
  /** What is not of this body. */
  readonly rest: string;
}

/** @returns null when it is malformed */
const read = (framing: ReplyFraming, pieces: readonly string[]): Reading | null => {
  const reader = bodyReaderOf(framing);
  let body = '';
  let rest = '';
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece, 'latin1');
      const taken = reader.read(bytes, (content) => {
        body += content.toString('latin1');
      });
      rest += piece.slice(taken);
    }
  } catch {
    return null;
  }
  return { body, isComplete: reader.isComplete, rest };
};

const inEveryWay = (framing: ReplyFraming, text: string): Reading | null => {
  const reading = read(framing, [text]);
  expect(read(framing, [...text])).toEqual(reading);
  for (let at = 1; at < text.length; at += 1)
    expect(read(framing, [text.slice(0, at), text.slice(at)])).toEqual(reading);
  return reading;
};

const chunked = (text: string): Reading | null => inEveryWay({ kind: 'chunked' }, text);

describe('a body of a known length', () => {
  it('ends behind its last byte, wherever it was cut', () => {
    expect(inEveryWay({ kind: 'length', bytes: 4 }, 'bodyHTTP')).toEqual({
      body: 'body',
      isComplete: true,
      rest: 'HTTP',
    });
    expect(inEveryWay({ kind: 'length', bytes: 4 }, 'bod')).toEqual({
      body: 'bod',
      isComplete: false,
      rest: '',
    });
    expect(inEveryWay({ kind: 'length', bytes: 4 }, 'body')?.isComplete).toBe(true);
  });

  it('is complete at once when it is empty', () => {
    for (const framing of [{ kind: 'none' }, { kind: 'length', bytes: 0 }] as const) {
      expect(bodyReaderOf(framing).isComplete).toBe(true);
      expect(read(framing, ['x'])).toEqual({ body: '', isComplete: true, rest: 'x' });
    }
  });

  it('is long as long as more than 64 KiB are to come, and never ends with the connection', () => {
    const reader = bodyReaderOf({ kind: 'length', bytes: 64 * 1024 + 1 });
    expect(reader.isLong).toBe(true);
    reader.read(Buffer.alloc(1), () => undefined);
    expect(reader.isLong).toBe(false);
    expect(reader.mayEndHere).toBe(false);
  });
});

describe('a body up to the end of the connection', () => {
  it('takes everything and is never complete of itself', () => {
    expect(inEveryWay({ kind: 'untilEnd' }, 'body')).toEqual({ body: 'body', isComplete: false, rest: '' });
    const reader = bodyReaderOf({ kind: 'untilEnd' });
    expect([reader.mayEndHere, reader.isLong]).toEqual([true, true]);
  });
});

describe('a body in chunks', () => {
  it('is read behind sizes, extensions and trailers, wherever it was cut', () => {
    expect(chunked('2\r\nbo\r\n002;a="b;c\\"";d=e\r\ndy\r\n0;x\r\nTrailer: 1\r\nOther:\r\n\r\nHTTP')).toEqual(
      {
        body: 'body',
        isComplete: true,
        rest: 'HTTP',
      },
    );
    expect(chunked('A\r\n0123456789\r\n0\r\n\r\n')?.body).toBe('0123456789');
    expect(chunked('0\r\n\r\n')).toEqual({ body: '', isComplete: true, rest: '' });
  });

  it('is content that looks like framing', () => {
    expect(chunked('9\r\n\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n')?.body).toBe('\r\n0\r\n\r\n\r\n');
  });

  it('is not complete before the empty line at its end', () => {
    const text = '4\r\nbody\r\n0\r\n\r\n';
    for (let at = 0; at < text.length; at += 1)
      expect(read({ kind: 'chunked' }, [text.slice(0, at)])?.isComplete).toBe(false);
    const reader = bodyReaderOf({ kind: 'chunked' });
    expect([reader.mayEndHere, reader.isLong]).toEqual([false, false]);
  });

  it.each(
    [
      '\r\n',
      'x\r\n',
      '-1\r\n',
      '0x1\r\n',
      '1 \r\n',
      ' 1\r\n',
      '1\n',
      '1\r\r\n',
      ';a\r\n',
      '1;\x00\r\nb\r\n',
      '1;a\rb\r\nb\r\n',
      '1;\r\nb\r\n',
      '1; a\r\nb\r\n',
      '1;a =b\r\nb\r\n',
      '1;a="b\r\nb\r\n',
      '1;a="b"c\r\nb\r\n',
      '10000000000000\r\n',
      '1\r\nbody\r\n',
      '1\r\nb\n0\r\n\r\n',
      '1\r\nb\r\r\n',
      '0\r\n\n',
      '0\r\nnonsense\r\n\r\n',
      '0\r\n: 1\r\n\r\n',
      '0\r\nA : 1\r\n\r\n',
      '0\r\n folded\r\n\r\n',
      '0\r\nA: \x00\r\n\r\n',
      '0\r\nA: 1\n\r\n',
      '0\r\nContent-Length: 4\r\n\r\n',
      '0\r\ntransfer-encoding: chunked\r\n\r\n',
    ].map((text) => [text]),
  )('is none in %j', (text) => {
    const whole = text.startsWith('10000000000000') ? text : `${text}0\r\n\r\n`;
    expect(chunked(whole)).toBeNull();
  });

  it('has lines of sizes and trailers of 16 KiB at the most', () => {
    const extension = `0;${'e'.repeat(16 * 1024 - 4)}\r\n`;
    expect(read({ kind: 'chunked' }, [`${extension}\r\n`])?.isComplete).toBe(true);
    expect(read({ kind: 'chunked' }, [`0;${'e'.repeat(16 * 1024 - 3)}\r\n\r\n`])).toBeNull();
    expect(read({ kind: 'chunked' }, ['0;', 'e'.repeat(16 * 1024)])).toBeNull();
    const trailer = `T: ${'t'.repeat(1024 - 5)}\r\n`;
    expect(read({ kind: 'chunked' }, ['0\r\n', trailer.repeat(16), '\r\n'])?.isComplete).toBe(true);
    expect(read({ kind: 'chunked' }, ['0\r\n', trailer.repeat(16), 'T:\r\n', '\r\n'])).toBeNull();
  });
});
