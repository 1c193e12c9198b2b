import { describe, expect, it } from 'vitest';
import { mayBeginHead, parseReplyHead } from '../../../../src/main/proxy/upstream/replyHead.ts';

const read = (lines: readonly string[], isToHead = false) => parseReplyHead(lines.join('\r\n'), isToHead);
const framingOf = (lines: readonly string[], isToHead = false) => read(lines, isToHead)?.framing ?? null;
const isKept = (lines: readonly string[], isToHead = false) => read(lines, isToHead)?.isKept ?? null;

const KIB = 1024;

describe('the head of a reply', () => {
  it('keeps its headers in their order, case and number, without the space around their values', () => {
    expect(
      read(['HTTP/1.1 203 Quite  Right ', 'x-B:1', 'X-a: \t b c \t', 'x-b: 2', 'Empty:', 'Blank: \t ']),
    ).toEqual({
      status: 203,
      statusText: 'Quite  Right ',
      headers: [
        ['x-B', '1'],
        ['X-a', 'b c'],
        ['x-b', '2'],
        ['Empty', ''],
        ['Blank', ''],
      ],
      framing: { kind: 'untilEnd' },
      isKept: false,
    });
  });

  it('keeps a no-break space, which is none that is left out', () => {
    expect(read(['HTTP/1.1 200 OK', 'X: \xa0a\xa0'])?.headers).toEqual([['X', '\xa0a\xa0']]);
  });

  it.each(['HTTP/1.1 200', 'HTTP/1.1 200 '])('needs no reason: %j', (line) => {
    expect(read([line])?.statusText).toBe('');
  });

  it.each([
    '',
    'HTTP/1.1',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200OK',
    'HTTP/1.1\t200 OK',
    'HTTP/1.2 200 OK',
    'HTTP/2.0 200 OK',
    'http/1.1 200 OK',
    ' HTTP/1.1 200 OK',
    'HTTP/1.1 200 O\x00K',
    'HTTP/1.1 200 O\x7fK',
    'HTTP/1.1 200 O\rK',
    'HTTP/1.1 200 O\nK',
  ])('is none with the status line %j', (line) => {
    expect(read([line, 'A: 1'])).toBeNull();
  });

  it.each([
    'nonsense',
    ': 1',
    'A : 1',
    ' A: 1',
    '\tfolded',
    'A B: 1',
    'Ä: 1',
    'A: 1\x00',
    'A: 1\x0b',
    'A: 1\r',
    'A: 1\nB: 2',
    '',
  ])('is none with the header %j', (line) => {
    expect(read(['HTTP/1.1 200 OK', line, 'B: 2'])).toBeNull();
  });

  it('has 64 KiB and not a byte more, however it was cut on its way', () => {
    const text = 'HTTP/1.1 200 OK\r\nA: '.padEnd(64 * KIB, 'a');
    expect(parseReplyHead(text, false)?.status).toBe(200);
    expect(parseReplyHead(`${text}a`, false)).toBeNull();
    for (const end of ['', '\r', '\r\n', '\r\n\r']) expect(mayBeginHead(text + end)).toBe(true);
    expect(mayBeginHead(`${text}aaaa`)).toBe(false);
  });

  it.each(['', 'H', 'HTTP/1.', 'HTTP/1.1 200 OK\r\nA: 1\r'])('may begin with %j', (text) => {
    expect(mayBeginHead(text)).toBe(true);
  });

  it.each(['S', 'HTTP/2', '\r\n', 'HTTP/1.1 200 OK\nA'])('cannot begin with %j', (text) => {
    expect(mayBeginHead(text)).toBe(false);
  });
});

describe('how long the body is', () => {
  const ok = 'HTTP/1.1 200 OK';

  it.each([
    [{ kind: 'length', bytes: 0 }, ['content-LENGTH: 0']],
    [{ kind: 'length', bytes: 999_999_999_999_999 }, ['Content-Length: 999999999999999']],
    [{ kind: 'length', bytes: 4 }, ['Content-Length: 0004']],
    [{ kind: 'chunked' }, ['Transfer-Encoding: CHUNKED ']],
    [{ kind: 'untilEnd' }, ['A: 1']],
  ])('is told as %j by %j', (framing, lines) => {
    expect(framingOf([ok, ...lines])).toEqual(framing);
  });

  it.each([
    [['Content-Length: 4', 'Content-Length: 4']],
    [['Content-Length: 4, 4']],
    [['Content-Length: ']],
    [['Content-Length: -4']],
    [['Content-Length: +4']],
    [['Content-Length: 4.0']],
    [['Content-Length: 0x4']],
    [['Content-Length: 1000000000000000']],
    [['Content-Length: 4', 'Transfer-Encoding: chunked']],
    [['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    [['Transfer-Encoding: gzip, chunked']],
    [['Transfer-Encoding: identity']],
    [['Transfer-Encoding: ']],
    [['Transfer-Encoding: chunked\t']],
    [['Content-Length:\t4']],
  ])('is not to be told from %j', (lines) => {
    expect(read([ok, ...lines])).toBeNull();
    expect(read([ok, ...lines], true)).toBeNull();
  });

  it('is not to be told from chunks of HTTP/1.0, which knows none', () => {
    expect(read(['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'])).toBeNull();
  });

  it.each(['103 Early Hints', '204 No', '304 Same'])('is nothing behind %s', (status) => {
    for (const framing of ['Content-Length: 4', 'Transfer-Encoding: chunked', 'A: 1'])
      expect(framingOf([`HTTP/1.1 ${status}`, framing])).toEqual({ kind: 'none' });
  });

  it('is nothing in the reply to a HEAD', () => {
    expect(framingOf([ok, 'Content-Length: 4'], true)).toEqual({ kind: 'none' });
  });
});

describe('a connection', () => {
  const sized = (version: string, ...lines: string[]): string[] => [
    `HTTP/${version} 200 OK`,
    'Content-Length: 4',
    ...lines,
  ];

  it.each([
    ['1.1', []],
    ['1.1', ['Connection: ']],
    ['1.1', ['Connection: x, y']],
    ['1.0', ['Connection: x , KEEP-Alive']],
  ])('is kept by HTTP/%s and %j', (version, lines) => {
    expect(isKept(sized(version, ...lines))).toBe(true);
  });

  it.each([
    ['1.1', ['Connection: close']],
    ['1.1', ['Connection: keep-alive\t, CLOSE']],
    ['1.1', ['Connection: keep-alive', 'Connection: close']],
    ['1.0', []],
    ['1.0', ['Connection: keep-alive, close']],
  ])('is not kept by HTTP/%s and %j', (version, lines) => {
    expect(isKept(sized(version, ...lines))).toBe(false);
  });

  it('is not kept when its end is that of the body, nor behind a HEAD', () => {
    expect(isKept(['HTTP/1.1 200 OK', 'Connection: keep-alive'])).toBe(false);
    expect(isKept(sized('1.1'), true)).toBe(false);
  });
});
