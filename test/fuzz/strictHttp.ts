/**
 * A narrow reading of HTTP/1.1, written from RFC 9112 and from nothing else: what does not follow the grammar to the
 * letter is malformed. It judges what clients sent and what the upstream received. Strings hold one character per
 * byte. Empty lines before a request are ignored, as the RFC has it. What Node's parser tolerates without telling us
 * is tolerated here: line feeds alone for these empty lines, several spaces on either side of the target, and RTSP or ICE for the
 * name of the protocol.
 */
export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [lowerCaseName: string, value: string])[];
  /** Without its framing. */
  readonly body: string;
  /** False when the bytes end, or stop making sense, inside of the body. */
  readonly isComplete: boolean;
}

export interface StrictReading {
  readonly requests: readonly StrictRequest[];
  readonly end: 'clean' | 'truncated' | 'malformed';
  /** Where the bytes begin that belong to no complete request. */
  readonly restAt: number;
}

const tokenCharacters = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const requestLine = new RegExp(
  `(${tokenCharacters}) +([\\x21-\\x7e]+) +(?:HTTP|RTSP|ICE)/1\\.([01])\\r\\n`,
  'y',
);
const headerLine = new RegExp(`(${tokenCharacters}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*)\\r\\n`, 'y');
const chunkLine = /([0-9A-Fa-f]{1,16})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

type Part<T> =
  | { readonly kind: 'read'; readonly value: T; readonly endAt: number }
  | { readonly kind: Failure };
type Failure = 'truncated' | 'malformed';

/** Lines are short of their end or wrong: a line that has its line feed can only be wrong. */
const failureAt = (text: string, at: number): Failure =>
  text.indexOf('\n', at) === -1 ? 'truncated' : 'malformed';

export const readRequests = (text: string): StrictReading => {
  const requests: StrictRequest[] = [];
  let at = 0;
  for (;;) {
    const startAt = at;
    while (text[at] === '\r' || text[at] === '\n') at += 1;
    if (at === text.length) return { requests, end: 'clean', restAt: startAt };
    const head = readHead(text, at);
    if (head.kind !== 'read') return { requests, end: head.kind, restAt: startAt };
    const { method, target, headers, framing } = head.value;
    const body = readBody(text, head.endAt, framing);
    requests.push({ method, target, headers, body: body.value, isComplete: body.kind === 'read' });
    if (body.kind !== 'read') return { requests, end: body.kind, restAt: startAt };
    at = body.endAt;
  }
};

type Framing = 'chunked' | number;

interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly framing: Framing;
}

const readHead = (text: string, at: number): Part<Head> => {
  const line = matchAt(requestLine, text, at);
  if (line === null) return { kind: failureAt(text, at) };
  const [whole, method = '', target = '', minor = ''] = line;
  const headers = readHeaders(text, at + whole.length);
  if (headers.kind !== 'read') return headers;
  const framing = readFraming(headers.value, minor);
  if (framing === null) return { kind: 'malformed' };
  return { kind: 'read', value: { method, target, headers: headers.value, framing }, endAt: headers.endAt };
};

const readHeaders = (text: string, startAt: number): Part<readonly (readonly [string, string])[]> => {
  const headers: [string, string][] = [];
  let at = startAt;
  while (!text.startsWith('\r\n', at)) {
    const line = matchAt(headerLine, text, at);
    if (line === null) return { kind: failureAt(text, at) };
    const [whole, name = '', value = ''] = line;
    headers.push([name.toLowerCase(), value.replace(/[ \t]+$/, '')]);
    at += whole.length;
  }
  return { kind: 'read', value: headers, endAt: at + 2 };
};

const readFraming = (headers: readonly (readonly [string, string])[], minor: string): Framing | null => {
  const valuesOf = (wanted: string): string[] =>
    headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const lengths = valuesOf('content-length');
  const codings = valuesOf('transfer-encoding');
  if (codings.length + lengths.length > 1) return null;
  const [coding] = codings;
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' && minor === '1' ? 'chunked' : null;
  const [length = '0'] = lengths;
  return /^[0-9]{1,15}$/.test(length) ? Number(length) : null;
};

type Body =
  | { readonly kind: 'read'; readonly value: string; readonly endAt: number }
  | { readonly kind: Failure; readonly value: string };

const readBody = (text: string, at: number, framing: Framing): Body => {
  if (framing === 'chunked') return readChunks(text, at);
  const value = text.slice(at, at + framing);
  return value.length === framing
    ? { kind: 'read', value, endAt: at + framing }
    : { kind: 'truncated', value };
};

/** Chunk framing, which `aws-chunked` shares. */
export const readChunks = (text: string, startAt: number): Body => {
  let value = '';
  let at = startAt;
  for (;;) {
    const line = matchAt(chunkLine, text, at);
    if (line === null) return { kind: failureAt(text, at), value };
    const size = Number.parseInt(line[1] ?? '', 16);
    at += line[0].length;
    if (size === 0) {
      const trailers = readHeaders(text, at);
      return trailers.kind === 'read' ? { ...trailers, value } : { kind: trailers.kind, value };
    }
    value += text.slice(at, at + size);
    at += size;
    if (at + 2 > text.length && text.slice(at) !== '\n') return { kind: 'truncated', value };
    if (!text.startsWith('\r\n', at)) return { kind: 'malformed', value };
    at += 2;
  }
};
