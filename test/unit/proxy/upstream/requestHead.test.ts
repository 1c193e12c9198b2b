import { describe, expect, it } from 'vitest';
import { type RequestFraming, requestHead } from '../../../../src/main/proxy/upstream/requestHead.ts';
import type { HeaderPair } from '../../../../src/main/sigv4/requestParts.ts';

const none: RequestFraming = { hasBody: false, contentLength: null, isAsking: false };
const request = {
  method: 'GET',
  rawPath: '/a%2f//../\xe4',
  rawQuery: '',
  headers: [] as readonly HeaderPair[],
};
const headOf = (fields: Partial<typeof request>, framing: Partial<RequestFraming> = {}): string =>
  requestHead({ ...request, ...fields }, { ...none, ...framing });

describe('the head of a request', () => {
  it('says what it was given, to the byte and in its order', () => {
    const headers: readonly HeaderPair[] = [
      ['Host', 'h'],
      ['x-B', ''],
      ['X-a', 'b \t\xff'],
      ['x-b', '2'],
    ];
    expect(headOf({ rawQuery: 'a=%20&b', headers })).toBe(
      'GET /a%2f//../\xe4?a=%20&b HTTP/1.1\r\nHost: h\r\nx-B: \r\nX-a: b \t\xff\r\nx-b: 2\r\nconnection: keep-alive\r\n\r\n',
    );
  });

  it.each([
    ['GET', {}, null],
    ['DELETE', {}, null],
    ['PUT', {}, 'content-length: 0'],
    ['POST', {}, 'content-length: 0'],
    ['PATCH', {}, 'content-length: 0'],
    ['PUT', { hasBody: true, contentLength: 4 }, 'content-length: 4'],
    ['GET', { hasBody: true, contentLength: 4 }, 'content-length: 4'],
    ['PUT', { hasBody: true }, 'transfer-encoding: chunked'],
  ])('of a %s with %j tells the length of its body in one way', (method, framing, line) => {
    const framings = headOf({ method }, framing).match(/(?:content-length|transfer-encoding).*/g);
    expect(framings).toEqual(line === null ? null : [line]);
  });

  it('asks when it is to ask, and only then', () => {
    expect(headOf({}, { hasBody: true, isAsking: true })).toContain('\r\nexpect: 100-continue\r\n');
    expect(headOf({}, { hasBody: true })).not.toContain('expect');
  });

  it.each([
    { method: '' },
    { method: 'G T' },
    { method: 'GET\r\n' },
    { rawPath: '' },
    { rawPath: '/a b' },
    { rawPath: '/a\r\nX: 1' },
    { rawPath: '/a\x00' },
    { rawPath: '/\u0100' },
    { rawQuery: 'a b' },
    { rawQuery: 'a\n' },
    { headers: [['', '1']] as const },
    { headers: [['A B', '1']] as const },
    { headers: [['A:', '1']] as const },
    { headers: [['A', '1\r\nB: 2']] as const },
    { headers: [['A', '1\n']] as const },
    { headers: [['A', '1\r']] as const },
    { headers: [['A', '\x00']] as const },
    { headers: [['A', '\u010a']] as const },
  ])('is not written with %j', (fields) => {
    expect(() => headOf(fields)).toThrow(TypeError);
  });
});
