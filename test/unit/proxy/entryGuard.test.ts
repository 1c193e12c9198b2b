import { describe, expect, it } from 'vitest';
import { type ArrivedRequest, guardEntry } from '../../../src/main/proxy/entryGuard.ts';

const PORT = 7471;
const HOST = `127.0.0.1:${PORT}`;

const outcome = (fields: Partial<ArrivedRequest>): string => {
  const entry = guardEntry({
    method: 'GET',
    target: '/demo/a',
    httpVersion: '1.1',
    headers: [['Host', HOST]],
    port: PORT,
    admitsBucketHosts: false,
    ...fields,
  });
  return entry.kind === 'pass' ? 'pass' : entry.code;
};

const withHeaders = (...headers: [string, string][]): string =>
  outcome({ headers: [['Host', HOST], ...headers] });

const names = [
  '',
  ' ',
  '127.0.0.1',
  'localhost',
  '127.1',
  '127.0.1',
  '127.0.0.2',
  '127.0.0.01',
  '0127.0.0.1',
  '0.0.0.0',
  '0',
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.0.0.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::1%25lo]',
  '[fe80::1%lo]',
  '::1',
  'localhost.',
  '127.0.0.1.',
  'www.localhost',
  'a.localhost',
  'localhost.localdomain',
  'localhost.evil.test',
  '127.0.0.1.evil.test',
  '127.0.0.1.nip.io',
  'rebind.test',
  'evil.test',
  's3.nfyio.com',
  'app.nfyio.com',
  'demo.127.0.0.1',
  'user@127.0.0.1',
  '127.0.0.1@evil.test',
  '127.0.0.1%00',
  '127.0.0.1%20',
  '127%2e0%2e0%2e1',
  'l%6fcalhost',
  'localhost\t',
  'local host',
  '127.0.0.1,evil.test',
  'evil.test,127.0.0.1',
  'http://127.0.0.1',
  '//127.0.0.1',
  '127.0.0.1/',
  '127.0.0.1\\',
  '１２７.0.0.1',
  'ⓛocalhost',
  '127。0。0。1',
];
const ports = [
  `:${PORT}`,
  '',
  ':',
  ':80',
  ':07471',
  ':+7471',
  ':7472',
  ':74711',
  `:${PORT} `,
  `:${PORT}.`,
  `:${PORT}/`,
];

const foreignHosts = names
  .flatMap((name) => ports.map((port) => `${name}${port}`))
  .filter((host) => !['127.0.0.1:7471', 'localhost:7471'].includes(host));

describe('the Host of a request', () => {
  it.each(['127.0.0.1:7471', 'localhost:7471', 'LOCALHOST:7471', 'LocalHost:7471'])('may be %s', (host) => {
    expect(outcome({ headers: [['Host', host]] })).toBe('pass');
  });

  it(`is refused in each of ${foreignHosts.length} other forms`, () => {
    expect(foreignHosts.length).toBeGreaterThan(500);
    expect(foreignHosts.filter((host) => outcome({ headers: [['Host', host]] }) === 'pass')).toEqual([]);
  });

  it('must be there exactly once', () => {
    expect(outcome({ headers: [] })).toBe('HOST_REFUSED');
    expect(withHeaders(['Host', HOST])).toBe('HOST_REFUSED');
    expect(withHeaders(['host', 'evil.test'])).toBe('HOST_REFUSED');
    expect(outcome({ headers: [], httpVersion: '1.0' })).toBe('MALFORMED_REQUEST');
  });
});

describe('a web page', () => {
  it.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['sec-fetch-site', 'none'],
    ['Sec-Fetch-Dest', 'image'],
    ['Sec-Fetch-User', '?1'],
    ['Origin', 'null'],
    ['Origin', 'http://127.0.0.1:7471'],
    ['Origin', ''],
    ['Referer', 'http://evil.test/'],
    ['Referer', 'HTTPS://evil.test/'],
  ])('is told by %s: %s', (name, value) => {
    expect(withHeaders([name, value])).toBe('BROWSER_REFUSED');
  });

  it.each(['GET', 'POST', 'OPTIONS'])('is refused whatever its method: %s', (method) => {
    expect(
      outcome({
        method,
        headers: [
          ['Host', HOST],
          ['Origin', 'null'],
        ],
      }),
    ).toBe('BROWSER_REFUSED');
  });

  it('is not suspected behind the fetch of Node, which sends a mode and no site', () => {
    expect(withHeaders(['sec-fetch-mode', 'cors'])).toBe('pass');
  });
});

describe('what a request wants of the connection', () => {
  it.each([
    ['Expect', '100-continue', 'pass'],
    ['Expect', '200-ok', 'EXPECTATION_UNKNOWN'],
    ['Upgrade', 'h2c', 'UPGRADE_REFUSED'],
  ])('%s: %s ends in %s', (name, value, expected) => {
    expect(withHeaders([name, value])).toBe(expected);
  });
});

describe('the framing of a request', () => {
  const refused: [string, string][][] = [
    [
      ['Content-Length', '1'],
      ['Content-Length', '1'],
    ],
    [
      ['Content-Length', '1'],
      ['content-length', '2'],
    ],
    [['Content-Length', '1, 1']],
    [['Content-Length', '+1']],
    [['Content-Length', '-1']],
    [['Content-Length', '0x1']],
    [['Content-Length', '']],
    [['Content-Length', '1 1']],
    [['Transfer-Encoding', 'gzip, chunked']],
    [['Transfer-Encoding', 'chunked, identity']],
    [['Transfer-Encoding', 'xchunked']],
    [['Transfer-Encoding', 'identity']],
    [
      ['Transfer-Encoding', 'chunked'],
      ['Transfer-Encoding', 'chunked'],
    ],
    [
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '5'],
    ],
    [['X', 'a\x00b']],
    [['X', 'a\nb']],
    [['X', 'a\r\n b']],
    [['X y', '1']],
    [['X:', '1']],
    [['', '1']],
    [['Connection', 'close, Host']],
    [['Connection', 'content-length']],
    [['Connection', 'X-Amz-Date']],
    [['Connection', 'Authorization']],
    [['Connection', 'a b']],
  ];
  it.each(refused.map((headers) => [JSON.stringify(headers), headers] as const))(
    'is refused as %s',
    (_, headers) => {
      expect(withHeaders(...headers)).toBe('MALFORMED_REQUEST');
    },
  );

  it.each([
    [['Content-Length', '0']],
    [['Transfer-Encoding', 'Chunked']],
    [
      ['Connection', 'keep-alive, TE'],
      ['TE', 'trailers'],
    ],
    [['Expect', '100-Continue']],
    [['X', 'caf\xe9\ttab']],
  ] as [string, string][][])('passes as %j', (...headers) => {
    expect(withHeaders(...(headers as [string, string][]))).toBe('pass');
  });

  it('counts headers and bytes', () => {
    const many = (count: number): [string, string][] =>
      Array.from({ length: count }, (_, index) => [`X-${index}`, '1']);
    expect(withHeaders(...many(199))).toBe('pass');
    expect(withHeaders(...many(200))).toBe('MALFORMED_REQUEST');
    expect(withHeaders(['X', 'a'.repeat(32 * 1024)])).toBe('MALFORMED_REQUEST');
    expect(outcome({ target: `/${'a'.repeat(16 * 1024)}` })).toBe('MALFORMED_REQUEST');
  });

  it.each(['0.9', '1.2', '2.0', '3.0'])('is refused in HTTP/%s', (httpVersion) => {
    expect(outcome({ httpVersion })).toBe('MALFORMED_REQUEST');
  });

  it('is not trusted in chunks of HTTP/1.0', () => {
    const headers: [string, string][] = [
      ['Host', HOST],
      ['Transfer-Encoding', 'chunked'],
    ];
    expect(outcome({ httpVersion: '1.0', headers })).toBe('MALFORMED_REQUEST');
  });
});

describe('the request line', () => {
  it.each(['OPTIONS', 'TRACE', 'TRACK', 'PROPFIND', 'CONNECT', 'get', 'PURGE', ''])(
    'may not say %s',
    (method) => {
      expect(outcome({ method })).toBe('METHOD_FORBIDDEN');
    },
  );

  it.each([
    '*',
    'demo/a',
    'evil.test:80',
    'http://evil.test/',
    'http://evil.test@127.0.0.1:7471/',
    'http://127.0.0.1:7471@evil.test/',
    'http://127.0.0.1:7471.evil.test/',
    'http://127.0.0.1/',
    'https://127.0.0.1:7471/',
    'ftp://127.0.0.1:7471/',
    '/a b',
    '/caf\xe9',
    '/a\x00',
    '',
  ])('may not ask for %j', (target) => {
    expect(outcome({ target })).toBe('MALFORMED_REQUEST');
  });

  it('may not hold a fragment', () => {
    expect(outcome({ target: '/a#b' })).toBe('PATH_REFUSED');
  });

  it.each([
    ['/demo/a?x=1?y', '/demo/a', 'x=1?y'],
    ['/demo/a', '/demo/a', ''],
    ['http://127.0.0.1:7471/demo/a?b', '/demo/a', 'b'],
    ['HTTP://LOCALHOST:7471', '/', ''],
    ['//evil.test/a', '//evil.test/a', ''],
    ['/%2e%2e/', '/%2e%2e/', ''],
  ])('is taken raw: %s', (target, rawPath, rawQuery) => {
    const entry = guardEntry({
      method: 'GET',
      target,
      httpVersion: '1.1',
      headers: [['Host', HOST]],
      port: PORT,
      admitsBucketHosts: true,
    });
    expect(entry).toMatchObject({ kind: 'pass', request: { rawPath, rawQuery } });
  });
});

describe('a Host that names a bucket', () => {
  const bucketHostOf = (host: string, fields: Partial<ArrivedRequest> = {}): string | null => {
    const entry = guardEntry({
      method: 'GET',
      target: '/a',
      httpVersion: '1.1',
      headers: [['Host', host]],
      port: PORT,
      admitsBucketHosts: true,
      ...fields,
    });
    return entry.kind === 'pass' ? entry.bucketHost : entry.code;
  };

  it.each(['demo', 'a-b', 'a.b', 'abc', '1a1', '127.0.0', 'a'.repeat(63)])(
    'is told to the caller, who has to see it proven: %s',
    (bucket) => {
      expect(bucketHostOf(`${bucket}.localhost:${PORT}`)).toBe(bucket);
    },
  );

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST'])('is not %s', (host) => {
    expect(bucketHostOf(`${host}:${PORT}`)).toBeNull();
  });

  it.each([
    ...['', 'ab', '-ab', 'ab-', 'a..b', '.ab', 'ab.', 'a.-b', 'Demo', 'de_mo', 'a b', 'dé', '127.0.0.1'],
    'a'.repeat(64),
    'user@demo',
    'demo%2e',
  ])('is refused where no bucket has such a name: %j', (bucket) => {
    expect(bucketHostOf(`${bucket}.localhost:${PORT}`)).toBe('HOST_REFUSED');
  });

  it.each([
    'demo.localhost',
    'demo.localhost:80',
    `demo.localhost:${PORT}0`,
    `demo.LOCALHOST:${PORT}`,
    `demo.localhost.:${PORT}`,
    `demo.localhost.evil.test:${PORT}`,
    `demo.127.0.0.1:${PORT}`,
    `localhost.evil.test:${PORT}`,
  ])('is refused anywhere but on this very port of localhost: %s', (host) => {
    expect(bucketHostOf(host)).toBe('HOST_REFUSED');
  });

  it('is any wrong Host to a listener without buckets', () => {
    expect(bucketHostOf(`demo.localhost:${PORT}`, { admitsBucketHosts: false })).toBe('HOST_REFUSED');
  });

  it('does not stand beside another one', () => {
    const host: [string, string] = ['Host', `demo.localhost:${PORT}`];
    expect(bucketHostOf('', { headers: [host, host] })).toBe('HOST_REFUSED');
    expect(bucketHostOf('', { headers: [host, ['Host', HOST]] })).toBe('HOST_REFUSED');
  });

  it('does not make a web page a tool', () => {
    const headers: [string, string][] = [
      ['Host', `demo.localhost:${PORT}`],
      ['Sec-Fetch-Site', 'same-origin'],
    ];
    expect(bucketHostOf('', { headers })).toBe('BROWSER_REFUSED');
  });

  it('does not go with a target that names a host itself', () => {
    const target = `http://127.0.0.1:${PORT}/a`;
    expect(bucketHostOf(`demo.localhost:${PORT}`, { target })).toBe('MALFORMED_REQUEST');
    expect(bucketHostOf(`demo.localhost:${PORT}`, { target: '*' })).toBe('MALFORMED_REQUEST');
  });
});
