import { type HeaderPair, valuesOf } from '../../sigv4/requestParts.ts';

/** How long the body behind a head is (RFC 9112, section 6.3). */
export type ReplyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'untilEnd' };

export interface ReplyHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly framing: ReplyFraming;
  /** The upstream goes on to listen behind the body. */
  readonly isKept: boolean;
}

const MAX_HEAD_BYTES = 64 * 1024;

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A control character, or half of a line's end: parsers differ in what they make of these. */
const unclear = /[^\t\x20-\x7e\x80-\xff\r\n]|\r(?!\n)|(?<!\r)\n/;
/** No part of the value, but some parsers take it for one, and then read on where others see the end. */
const tabInFraming = /\r\n(?:transfer-encoding|content-length):[^\r]*\t/i;
const bareLineFeed = /(?<!\r)\n/;
const protocol = 'HTTP/1.';

export const endOfHead = '\r\n\r\n';

/** What has come of a head can still become one. @param text latin1, perhaps with half of the empty line at its end */
export const mayBeginHead = (text: string): boolean =>
  text.length < MAX_HEAD_BYTES + endOfHead.length &&
  protocol.startsWith(text.slice(0, protocol.length)) &&
  !bareLineFeed.test(text);

/**
 * Reads the head of a reply as strictly as the standard allows: what two parsers could read in two ways is none.
 *
 * @param text latin1, up to the empty line and without it
 * @returns null when it is no HTTP
 */
export const parseReplyHead = (text: string, isToHead: boolean): ReplyHead | null => {
  if (text.length > MAX_HEAD_BYTES || unclear.test(text) || tabInFraming.test(text)) return null;
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, digits, statusText = ''] = statusLine.exec(first) ?? [];
  if (digits === undefined) return null;
  const headers = readHeaders(lines);
  if (headers === null) return null;
  const status = Number(digits);
  const framing = readFraming(headers, status, isToHead, minor === '1');
  if (framing === null) return null;
  // None behind a HEAD: an upstream that sends a body all the same would have it taken for the next reply.
  const isKept = framing.kind !== 'untilEnd' && !isToHead && isConnectionKept(headers, minor === '1');
  return { status, statusText, headers, framing, isKept };
};

/** @returns null for a line that is no header; trailers are read in the same way */
export const readHeaders = (lines: readonly string[]): HeaderPair[] | null => {
  const headers: HeaderPair[] = [];
  for (const line of lines) {
    const colonAt = line.indexOf(':');
    const name = line.slice(0, colonAt);
    if (colonAt === -1 || !token.test(name)) return null;
    headers.push([name, withoutOuterSpace(line, colonAt + 1)]);
  }
  return headers;
};

/** Space and tab alone: the `trim` of JavaScript would take a no-break space, too. */
const withoutOuterSpace = (line: string, from: number): string => {
  let begin = from;
  let end = line.length;
  while (begin < end && isSpace(line, begin)) begin += 1;
  while (end > begin && isSpace(line, end - 1)) end -= 1;
  return line.slice(begin, end);
};

const isSpace = (line: string, at: number): boolean => line[at] === ' ' || line[at] === '\t';

const readFraming = (
  headers: readonly HeaderPair[],
  status: number,
  isToHead: boolean,
  isModern: boolean,
): ReplyFraming | null => {
  const lengths = valuesOf(headers, 'content-length');
  const encodings = valuesOf(headers, 'transfer-encoding');
  const [length] = lengths;
  const [encoding] = encodings;
  if (lengths.length + encodings.length > 1) return null;
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return null;
  if (encoding !== undefined && (!isModern || encoding.toLowerCase() !== 'chunked')) return null;
  if (isToHead || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (encoding !== undefined) return { kind: 'chunked' };
  return length === undefined ? { kind: 'untilEnd' } : { kind: 'length', bytes: Number(length) };
};

const isConnectionKept = (headers: readonly HeaderPair[], isModern: boolean): boolean => {
  const options = valuesOf(headers, 'connection').flatMap((value) =>
    value.toLowerCase().split(/[ \t]*,[ \t]*/),
  );
  return !options.includes('close') && (isModern || options.includes('keep-alive'));
};
