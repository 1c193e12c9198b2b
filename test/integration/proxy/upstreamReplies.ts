import { gzipSync } from 'node:zlib';

type Headers = readonly (readonly [name: string, value: string])[];

/** What the tool must see. */
export type Seen =
  /** A whole reply. Headers are those of the upstream; what frames the reply on the hop is not looked at. */
  | { readonly kind: 'whole'; readonly status: number; readonly body: string; readonly headers?: Headers }
  /** The head and what came of the body, and then an end that cannot be taken for that of a whole reply. */
  | { readonly kind: 'cut'; readonly status: number }
  /** Nothing of it: 502 UPSTREAM_BROKEN. */
  | { readonly kind: 'refused' };

export interface UpstreamReply {
  readonly name: string;
  readonly method?: 'HEAD';
  /** As they go out on the wire, one write each; latin1. */
  readonly bytes: readonly string[];
  /** What the upstream does then. */
  readonly end?: 'fin' | 'reset';
  readonly seen: Seen;
  /** Whether the connection may serve the next request. */
  readonly isKept: boolean;
}

const head = (statusLine: string, ...lines: string[]): string =>
  `${[statusLine, ...lines, '', ''].join('\r\n')}`;
const ok = (...lines: string[]): string => head('HTTP/1.1 200 OK', ...lines);
const whole = (body: string, status = 200, headers?: Headers): Seen => ({
  kind: 'whole',
  status,
  body,
  ...(headers === undefined ? {} : { headers }),
});
const cut = (status = 200): Seen => ({ kind: 'cut', status });
const refused: Seen = { kind: 'refused' };
const row = (
  name: string,
  bytes: string | readonly string[],
  seen: Seen,
  more: Partial<Pick<UpstreamReply, 'method' | 'end' | 'isKept'>> = {},
): UpstreamReply => ({
  name,
  bytes: typeof bytes === 'string' ? [bytes] : bytes,
  seen,
  // None behind a HEAD: an upstream that sends a body all the same would have it taken for the next reply.
  isKept: seen.kind === 'whole' && more.end === undefined && more.method !== 'HEAD',
  ...more,
});
const notKept = { isKept: false } as const;
const fin = { end: 'fin' } as const;
const reset = { end: 'reset' } as const;

const passed = [
  ...[
    200, 201, 202, 203, 206, 207, 208, 226, 299, 300, 301, 302, 303, 305, 307, 308, 400, 401, 402, 403, 404,
    405,
  ],
  ...[
    406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 428, 429, 431, 451,
    499,
  ],
  ...[500, 501, 502, 503, 504, 505, 507, 508, 511, 599],
];
const statuses = passed.map((status) =>
  row(
    `status ${status}`,
    `HTTP/1.1 ${status} Said So\r\nContent-Length: 4\r\n\r\nbody`,
    whole('body', status),
  ),
);

const withoutBody = [
  row('HEAD with a length', ok('Content-Length: 11'), whole('', 200, [['Content-Length', '11']]), {
    method: 'HEAD',
  }),
  row('HEAD in chunks', ok('Transfer-Encoding: chunked'), whole(''), { method: 'HEAD' }),
  row('HEAD without any length', ok(), whole(''), { method: 'HEAD' }),
  row(
    'HEAD 404 with a length',
    head('HTTP/1.1 404 No', 'Content-Length: 9'),
    whole('', 404, [['Content-Length', '9']]),
    { method: 'HEAD' },
  ),
  row(
    'HEAD with a body all the same',
    `${ok('Content-Length: 4')}body`,
    whole('', 200, [['Content-Length', '4']]),
    { method: 'HEAD' },
  ),
  row('204', head('HTTP/1.1 204 Nothing'), whole('', 204)),
  row(
    '204 with a body all the same',
    `${head('HTTP/1.1 204 Nothing', 'X-A: 1')}body`,
    whole('', 204),
    notKept,
  ),
  row(
    '204 that announces a body all the same',
    head('HTTP/1.1 204 Nothing', 'Content-Length: 4', 'X-A: 1'),
    whole('', 204, [['X-A', '1']]),
  ),
  row('304', head('HTTP/1.1 304 Same', 'ETag: "a"'), whole('', 304, [['ETag', '"a"']])),
  row(
    '304 with the length of what it stands for',
    head('HTTP/1.1 304 Same', 'Content-Length: 9'),
    whole('', 304, [['Content-Length', '9']]),
  ),
  row(
    '304 with a body all the same',
    `${head('HTTP/1.1 304 Same', 'ETag: "a"')}body`,
    whole('', 304),
    notKept,
  ),
  row('205 with a length of 0', head('HTTP/1.1 205 Reset', 'Content-Length: 0'), whole('', 205)),
  row('200 with a length of 0', ok('Content-Length: 0'), whole('', 200, [['Content-Length', '0']])),
  row('200 in no chunk but the last', `${ok('Transfer-Encoding: chunked')}0\r\n\r\n`, whole('')),
];

const before = (line: string): string => head(`HTTP/1.1 ${line}`, 'Link: </a>');
const simple = `${ok('Content-Length: 4')}body`;
const informational = [
  row('100 that nobody asked for', [before('100 Continue'), simple], whole('body')),
  row('102 before', before('102 Processing') + simple, whole('body')),
  row('103 before', before('103 Early Hints') + simple, whole('body')),
  row('103 before, and 103 once more', before('103 Early Hints').repeat(2) + simple, whole('body')),
  row('199 before', before('199 Whatever') + simple, whole('body')),
  row('103 and no more', before('103 Early Hints'), refused, fin),
  row(
    '101 that nobody asked for',
    head('HTTP/1.1 101 Switching', 'Upgrade: x', 'Connection: upgrade'),
    refused,
  ),
];

const chunked = (body: string): string => ok('Transfer-Encoding: chunked') + body;
const chunks = [
  row('one chunk', chunked('4\r\nbody\r\n0\r\n\r\n'), whole('body')),
  row('many chunks', chunked('1\r\nb\r\n2\r\nod\r\n1\r\ny\r\n0\r\n\r\n'), whole('body')),
  row('chunks cut anywhere', [...chunked('4\r\nbody\r\n0\r\n\r\n')], whole('body')),
  row('a size with zeros before', chunked('0004\r\nbody\r\n0\r\n\r\n'), whole('body')),
  row('a size in capitals', chunked('A\r\n0123456789\r\n0\r\n\r\n'), whole('0123456789')),
  row('a chunk extension', chunked('4;name=value\r\nbody\r\n0\r\n\r\n'), whole('body')),
  row('a quoted chunk extension', chunked('4;name="a;b"\r\nbody\r\n0\r\n\r\n'), whole('body')),
  row('a chunk extension with blanks', chunked('4; name = value\r\nbody\r\n0\r\n\r\n'), cut()),
  row('trailers', chunked('4\r\nbody\r\n0\r\nX-Trailer: 1\r\n\r\n'), whole('body', 200, [])),
  row(
    'trailers that were announced',
    `${ok('Transfer-Encoding: chunked', 'Trailer: X-Trailer')}4\r\nbody\r\n0\r\nX-Trailer: 1\r\n\r\n`,
    whole('body', 200, []),
  ),
  row(
    'Transfer-Encoding in capitals',
    `${ok('TRANSFER-ENCODING: CHUNKED')}4\r\nbody\r\n0\r\n\r\n`,
    whole('body'),
  ),
  row('a length in a trailer', chunked('4\r\nbody\r\n0\r\nContent-Length: 4\r\n\r\n'), cut()),
  row('a size that is no number', chunked('x\r\nbody\r\n0\r\n\r\n'), cut()),
  row('a negative size', chunked('-4\r\nbody\r\n0\r\n\r\n'), cut()),
  row('a size with 0x', chunked('0x4\r\nbody\r\n0\r\n\r\n'), cut()),
  row('a size too large for any number', chunked('fffffffffffffffff\r\nbody\r\n0\r\n\r\n'), cut()),
  row('a size and a space', chunked('4 \r\nbody\r\n0\r\n\r\n'), cut()),
  row('a size that ends in a bare LF', chunked('4\nbody\r\n0\r\n\r\n'), cut()),
  row('a chunk longer than its size', chunked('3\r\nbody\r\n0\r\n\r\n'), cut()),
  row('a chunk shorter than its size', chunked('5\r\nbody\r\n0\r\n\r\n'), cut()),
  row('no last chunk', chunked('4\r\nbody\r\n'), cut(), fin),
  row('half of a chunk', chunked('ff\r\nbody'), cut(), fin),
  row('a last chunk without its empty line', chunked('4\r\nbody\r\n0\r\n'), cut(), fin),
  row('a reset amid a chunk', chunked('ff\r\nbody'), cut(), reset),
  row('chunked twice', `${ok('Transfer-Encoding: chunked, chunked')}4\r\nbody\r\n0\r\n\r\n`, refused),
  row(
    'chunked and something else behind it',
    `${ok('Transfer-Encoding: chunked, gzip')}4\r\nbody\r\n0\r\n\r\n`,
    refused,
    fin,
  ),
  row('chunked and a tab', `${ok('Transfer-Encoding: chunked\t')}4\r\nbody\r\n0\r\n\r\n`, refused),
  row('an encoding of transfer that is not known', `${ok('Transfer-Encoding: identity')}body`, refused, fin),
];

const lengths = [
  row('a length', simple, whole('body', 200, [['Content-Length', '4']])),
  row('a length, in single bytes', [...simple], whole('body')),
  row('a length twice, the same', `${ok('Content-Length: 4', 'Content-Length: 4')}body`, refused),
  row('two lengths', `${ok('Content-Length: 4', 'Content-Length: 5')}body`, refused),
  row('a list of lengths', `${ok('Content-Length: 4, 4')}body`, refused),
  row('a length with a sign', `${ok('Content-Length: +4')}body`, refused),
  row('a negative length', `${ok('Content-Length: -4')}body`, refused),
  row('a length in hexadecimal', `${ok('Content-Length: 0x4')}body`, refused),
  row('an empty length', `${ok('Content-Length:')}body`, refused),
  row('a length too large for any number', `${ok('Content-Length: 99999999999999999999')}body`, refused),
  row(
    'a length and chunks',
    `${ok('Content-Length: 4', 'Transfer-Encoding: chunked')}4\r\nbody\r\n0\r\n\r\n`,
    refused,
  ),
  row(
    'chunks and a length',
    `${ok('Transfer-Encoding: chunked', 'Content-Length: 4')}4\r\nbody\r\n0\r\n\r\n`,
    refused,
  ),
  row('less than its length', `${ok('Content-Length: 5')}body`, cut(), fin),
  row('less than its length, and a reset', `${ok('Content-Length: 5')}body`, cut(), reset),
  row('nothing of its length', ok('Content-Length: 5'), cut(), fin),
  row('more than its length', `${ok('Content-Length: 2')}body`, whole('bo'), notKept),
  row('a second reply in one piece', simple + simple, whole('body'), notKept),
  row('half of a second reply', simple + ok('Content-Length: 6').slice(0, 20), whole('body'), notKept),
  row('up to the end of the connection', `${ok()}body`, whole('body'), fin),
  row(
    'up to the end of the connection, with Connection: close',
    `${ok('Connection: close')}body`,
    whole('body'),
    fin,
  ),
  row('up to a reset', `${ok()}body`, cut(), reset),
  row(
    'a length and Connection: close',
    `${ok('Content-Length: 4', 'Connection: close')}body`,
    whole('body'),
    notKept,
  ),
  row(
    'HTTP/1.0 with a length',
    `${head('HTTP/1.0 200 OK', 'Content-Length: 4')}body`,
    whole('body'),
    notKept,
  ),
  row('HTTP/1.0 up to the end of the connection', `${head('HTTP/1.0 200 OK')}body`, whole('body'), fin),
  row(
    'HTTP/1.0 that keeps its connection',
    `${head('HTTP/1.0 200 OK', 'Content-Length: 4', 'Connection: keep-alive')}body`,
    whole('body'),
  ),
];

const pass = (name: string, lines: readonly string[], headers: Headers): UpstreamReply =>
  row(
    name,
    `${ok(...lines, 'Content-Length: 4')}body`,
    whole('body', 200, [...headers, ['Content-Length', '4']]),
  );
const headers = [
  pass(
    'headers twice, in their order and case',
    ['x-A: 1', 'X-b: 2', 'X-a: 3'],
    [
      ['x-A', '1'],
      ['X-b', '2'],
      ['X-a', '3'],
    ],
  ),
  pass('an empty header', ['X-Empty:'], [['X-Empty', '']]),
  pass('space around a value', ['X-Space: \t a b \t '], [['X-Space', 'a b']]),
  pass('a header in latin1', ['X-Latin: \xe9\xff'], [['X-Latin', '\xe9\xff']]),
  pass('a long header', [`X-Long: ${'x'.repeat(30_000)}`], [['X-Long', 'x'.repeat(30_000)]]),
  pass(
    'a hundred headers',
    Array.from({ length: 100 }, (_, at) => `X-${at}: ${at}`),
    Array.from({ length: 100 }, (_, at) => [`X-${at}`, `${at}`] as const),
  ),
  pass('cookies', ['Set-Cookie: a=1', 'Set-Cookie: b=2', 'X-A: 1'], [['X-A', '1']]),
  pass(
    'what is of the hop',
    ['Keep-Alive: timeout=5', 'X-Hop: 1', 'Connection: keep-alive, X-Hop', 'Proxy-Authenticate: x', 'X-A: 1'],
    [['X-A', '1']],
  ),
  pass('orders for a browser', ['Clear-Site-Data: "*"', 'Alt-Svc: clear', 'X-A: 1'], [['X-A', '1']]),
  pass('consent for web pages', ['Access-Control-Allow-Origin: *', 'X-A: 1'], [['X-A', '1']]),
  pass('a forged error of ours', ['X-Nfyio-Vault-Error: AUTH_MISSING', 'X-A: 1'], [['X-A', '1']]),
  pass(
    'a Date and a Server',
    ['Date: Mon, 23 Nov 2026 12:00:00 GMT', 'Server: s'],
    [
      ['Date', 'Mon, 23 Nov 2026 12:00:00 GMT'],
      ['Server', 's'],
    ],
  ),
  pass(
    'Retry-After and rate limits',
    ['Retry-After: 3', 'X-RateLimit-Limit: 10'],
    [
      ['Retry-After', '3'],
      ['X-RateLimit-Limit', '10'],
    ],
  ),
  pass(
    'checksums and metadata of S3',
    ['x-amz-checksum-crc32: AAAAAA==', 'x-amz-meta-a: 1'],
    [
      ['x-amz-checksum-crc32', 'AAAAAA=='],
      ['x-amz-meta-a', '1'],
    ],
  ),
  row('no reason behind the status', `HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody`, whole('body')),
  row('an empty reason', `HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nbody`, whole('body')),
  row('a folded header', `${ok('X-A: 1', ' 2', 'Content-Length: 4')}body`, refused),
  row('a bare LF for every line', `HTTP/1.1 200 OK\nContent-Length: 4\n\nbody`, refused),
  row('a bare LF behind one header', `HTTP/1.1 200 OK\r\nX-A: 1\nContent-Length: 4\r\n\r\nbody`, refused),
  row('a bare CR in a header', `${ok('X-A: 1\r2', 'Content-Length: 4')}body`, refused),
  row('a NUL in a header', `${ok('X-A: 1\x002', 'Content-Length: 4')}body`, refused),
  row('a space before the colon', `${ok('X-A : 1', 'Content-Length: 4')}body`, refused),
  row('a space in a name', `${ok('X A: 1', 'Content-Length: 4')}body`, refused),
  row('a header without a colon', `${ok('nonsense', 'Content-Length: 4')}body`, refused),
  row('a header without a name', `${ok(': 1', 'Content-Length: 4')}body`, refused),
  row(
    'headers larger than 64 KiB',
    `${ok(`X-Long: ${'x'.repeat(70_000)}`, 'Content-Length: 4')}body`,
    refused,
  ),
  row('another protocol', 'SSH-2.0-OpenSSH_9.9\r\n\r\n', refused),
  row('another version', 'HTTP/3.0 200 OK\r\nContent-Length: 4\r\n\r\nbody', refused),
  row('a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 4\r\n\r\nbody', refused),
  row('a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 4\r\n\r\nbody', refused),
  row('a status in words', 'HTTP/1.1 OK 200\r\nContent-Length: 4\r\n\r\nbody', refused),
  row('half of a head', 'HTTP/1.1 200 OK\r\nContent-Le', refused, fin),
  row('half of a head, and a reset', 'HTTP/1.1 200 OK\r\nContent-Le', refused, reset),
  row('nothing', [], refused, fin),
  row('a reset', [], refused, reset),
];

const gzipped = gzipSync('body').toString('latin1');
const bodies = [
  row(
    'gzip, untouched',
    `${ok('Content-Encoding: gzip', `Content-Length: ${gzipped.length}`)}${gzipped}`,
    whole(gzipped, 200, [
      ['Content-Encoding', 'gzip'],
      ['Content-Length', `${gzipped.length}`],
    ]),
  ),
  row(
    'what is called gzip and is none',
    `${ok('Content-Encoding: gzip', 'Content-Length: 4')}body`,
    whole('body'),
  ),
  row(
    'every byte there is',
    `${ok('Content-Length: 256')}${String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at))}`,
    whole(String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at))),
  ),
  row(
    'a part of an object',
    `${head('HTTP/1.1 206 Part', 'Content-Range: bytes 0-3/9', 'Content-Length: 4')}body`,
    whole('body', 206, [
      ['Content-Range', 'bytes 0-3/9'],
      ['Content-Length', '4'],
    ]),
  ),
  row(
    'a stream of events',
    [
      ok('Content-Type: text/event-stream', 'Transfer-Encoding: chunked'),
      'b\r\ndata: one\n\n\r\n',
      'b\r\ndata: two\n\n\r\n',
      '0\r\n\r\n',
    ],
    whole('data: one\n\ndata: two\n\n', 200, [['Content-Type', 'text/event-stream']]),
  ),
  row(
    'an error in gzip',
    `${head('HTTP/1.1 404 No', 'Content-Encoding: gzip', `Content-Length: ${gzipped.length}`)}${gzipped}`,
    whole(gzipped, 404),
  ),
  row(
    'an error in chunks',
    `${head('HTTP/1.1 500 No', 'Transfer-Encoding: chunked')}4\r\nbody\r\n0\r\n\r\n`,
    whole('body', 500),
  ),
  row('an error up to the end of the connection', `${head('HTTP/1.1 500 No')}body`, whole('body', 500), fin),
  row(
    'less of an error than its length',
    `${head('HTTP/1.1 500 No', 'Content-Length: 9')}body`,
    refused,
    fin,
  ),
  row(
    'an error in chunks without their end',
    `${head('HTTP/1.1 500 No', 'Transfer-Encoding: chunked')}4\r\nbody\r\n`,
    refused,
    fin,
  ),
  row(
    'an error without a body',
    head('HTTP/1.1 503 Later', 'Retry-After: 9', 'Content-Length: 0'),
    whole('', 503, [
      ['Retry-After', '9'],
      ['Content-Length', '0'],
    ]),
  ),
];

/** Replies as upstreams give them, good and bad, and what becomes of each. */
export const upstreamReplies: readonly UpstreamReply[] = [
  ...[statuses, withoutBody, informational, chunks, lengths, headers, bodies],
].flat();
