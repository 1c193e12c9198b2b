import type { HttpRequestParts } from '../../sigv4/requestParts.ts';

export interface RequestFraming {
  readonly hasBody: boolean;
  /** null when it is known at its end only. */
  readonly contentLength: number | null;
  /** Whether the upstream is asked before the body is sent. */
  readonly isAsking: boolean;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const target = /^[\x21-\x7e\x80-\xff]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

/** These announce that there is no body; of others it is not expected that there is one. */
const withBody: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH']);

/**
 * The head of a request as it goes out, in latin1. Framing is told here and nowhere else: the headers must bring none.
 * @throws TypeError for anything that would end a line: nothing that came so far may hold it
 */
export const requestHead = (
  { method, rawPath, rawQuery, headers }: HttpRequestParts,
  { hasBody, contentLength, isAsking }: RequestFraming,
): string => {
  const path = rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
  if (!token.test(method) || !target.test(path)) throw new TypeError('a request line that cannot be written');
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, text] of headers) {
    if (!token.test(name) || !value.test(text)) throw new TypeError('a header that cannot be written');
    head += `${name}: ${text}\r\n`;
  }
  if (isAsking) head += 'expect: 100-continue\r\n';
  if (hasBody)
    head +=
      contentLength === null ? 'transfer-encoding: chunked\r\n' : `content-length: ${contentLength}\r\n`;
  else if (withBody.has(method)) head += 'content-length: 0\r\n';
  return `${head}connection: keep-alive\r\n\r\n`;
};
