import { type Draft, type Line, line, linesNamed, removeLines, setLine } from './draft.ts';
import type { SeededRandom } from './seededRandom.ts';

/** One way to damage a request. */
export type Mutator = (draft: Draft, random: SeededRandom) => void;

const anyLine = (draft: Draft, random: SeededRandom): Line =>
  draft.lines.length === 0 ? line('X', 'x') : random.pick(draft.lines);

const insertLine = (draft: Draft, random: SeededRandom, ...added: Line[]): void => {
  draft.lines.splice(random.below(draft.lines.length + 1), 0, ...added);
};

const controls = [
  '\x00',
  '\x01',
  '\x08',
  '\t',
  '\x0b',
  '\x0c',
  '\x1b',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
  '\r',
  '\n',
];
const blanks = ['', ' ', '  ', '\t', ' \t ', '\x0b', '\x0c', '\xa0', '\r\n ', '\r\n\t', '\n '];

const insertInto = (text: string, random: SeededRandom, addition: string): string => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + addition + text.slice(at);
};

const otherCase = (text: string, random: SeededRandom): string =>
  [...text].map((letter) => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase())).join('');

/** A whole request for whoever takes the body for the next one. It would be let in. */
export const smuggled = (draft: Draft): string => {
  const credential = draft.kind === 'api' ? `Authorization: Bearer ${draft.lane.localToken}\r\n` : '';
  return `GET /api/smuggled HTTP/1.1\r\nHost: 127.0.0.1:${draft.port}\r\n${credential}\r\n`;
};

const headerMutators: readonly Mutator[] = [
  function changeCase(draft, random) {
    const chosen = anyLine(draft, random);
    chosen.name = otherCase(chosen.name, random);
  },
  function padSeparator(draft, random) {
    anyLine(draft, random).separator =
      random.pick(blanks) + random.pick([':', ':', '::', '', ';', '=']) + random.pick(blanks);
  },
  function padValue(draft, random) {
    const chosen = anyLine(draft, random);
    chosen.value = random.pick(blanks) + chosen.value + random.pick(blanks);
  },
  function duplicate(draft, random) {
    insertLine(draft, random, { ...anyLine(draft, random) });
  },
  function duplicateWithOtherValue(draft, random) {
    const chosen = anyLine(draft, random);
    insertLine(draft, random, {
      ...chosen,
      value: insertInto(chosen.value, random, random.pick(['1', 'x', ',', ' '])),
    });
  },
  function fold(draft, random) {
    const chosen = anyLine(draft, random);
    chosen.value = insertInto(
      chosen.value,
      random,
      random.pick(['\r\n ', '\r\n\t', '\n ', '\r ', '\r\n  \r\n ']),
    );
  },
  function breakLineEnd(draft, random) {
    anyLine(draft, random).end = random.pick(['\n', '\r', '', '\r\r\n', '\n\r', '\r\n\r', '\n\n', '\x85']);
  },
  function breakEveryLineEnd(draft, random) {
    const end = random.pick(['\n', '\r', '\r\r\n']);
    for (const each of draft.lines) each.end = end;
  },
  function controlInValue(draft, random) {
    const chosen = anyLine(draft, random);
    chosen.value = insertInto(chosen.value, random, random.pick(controls));
  },
  function characterInName(draft, random) {
    const chosen = anyLine(draft, random);
    chosen.name = insertInto(chosen.name, random, random.pick([...controls, ...'()<>@,;:\\"/[]?={} _']));
  },
  function injectLine(draft, random) {
    const chosen = anyLine(draft, random);
    const inner = random.pick([
      'X-Injected: 1',
      'Host: evil.test',
      'Content-Length: 0',
      'Transfer-Encoding: chunked',
    ]);
    chosen.value = insertInto(
      chosen.value,
      random,
      random.pick(['\r', '\n', '\r\n', '\x00', '%0d%0a', '\x85']) + inner,
    );
  },
  function shuffle(draft, random) {
    for (let at = draft.lines.length - 1; at > 0; at -= 1) {
      const other = random.below(at + 1);
      [draft.lines[at], draft.lines[other]] = [draft.lines[other] as Line, draft.lines[at] as Line];
    }
  },
  function dropLine(draft, random) {
    draft.lines.splice(random.below(draft.lines.length), 1);
  },
  function lineWithoutName(draft, random) {
    insertLine(draft, random, {
      name: '',
      separator: random.pick([':', ': ', '', ' ']),
      value: draft.marker,
      end: '\r\n',
    });
  },
  function manyLines(draft, random) {
    const count = random.pick([150, 190, 201, 300, 1_023, 1_100, 2_100]);
    const added = Array.from({ length: count }, (_, index) => line(`X-${index}`, '1'));
    if (random.chance(0.5)) draft.lines.push(...added);
    else draft.lines.unshift(...added);
  },
  function longLine(draft, random) {
    const length = random.pick([1_000, 8_000, 16_000, 31_000, 33_000, 66_000, 90_000]);
    if (random.chance(0.8)) insertLine(draft, random, line('X-Long', 'a'.repeat(length)));
    else insertLine(draft, random, line('X'.repeat(length), '1'));
  },
  function underscores(draft, random) {
    const chosen = { ...anyLine(draft, random) };
    chosen.name = chosen.name.replaceAll('-', '_').concat(random.pick(['', '_']));
    insertLine(draft, random, chosen);
  },
];

const lengthSpellings = [
  '+5',
  '-1',
  '-0',
  '0x5',
  '05',
  '5,5',
  '5, 6',
  '5;',
  '5.0',
  '1e1',
  '',
  ' ',
  '\xb2',
  '5_0',
  '5 5',
  '"5"',
  '99999999999999999999',
  '18446744073709551621',
  '4294967301',
  '999999999999999',
  '0',
  '1',
  '2',
  '7',
];
const codingSpellings = [
  'chunked',
  'Chunked',
  'CHUNKED',
  ' chunked',
  '\tchunked',
  'chunked ',
  'chunked\t',
  'xchunked',
  'chunkedx',
  'chunked, identity',
  'identity, chunked',
  'gzip, chunked',
  'chunked, chunked',
  'chunked,',
  ',chunked',
  'chunked;q=1',
  '"chunked"',
  'chunked\x0b',
  'chunk\x00ed',
  '\x00chunked',
  'chunKed',
  'identity',
  'gzip',
  '',
  'cow',
  'chunked\r\n ',
  '\r\n chunked',
  'c\x68unked',
  "'chunked'",
  'chunked\xa0',
  '\xefchunked',
];
const framingNames = [
  'Transfer-Encoding',
  'transfer-encoding',
  'Transfer_Encoding',
  'Transfer-Encoding ',
  'Transfer-\tEncoding',
  'Transfer-Encoding\x00',
  '\x00Transfer-Encoding',
  'X\r\nTransfer-Encoding',
  'Transfer\x2dEncoding',
  'Transfer--Encoding',
  'Content-Length',
  'Content_Length',
  'Content-Length ',
  'content-lengtH',
  'Content-\x0bLength',
  'Content-Length\x00',
];

const framingMutators: readonly Mutator[] = [
  function spellLength(draft, random) {
    setLine(draft, 'Content-Length', random.pick(lengthSpellings));
  },
  function addLength(draft, random) {
    const length = random.chance(0.5)
      ? random.pick(lengthSpellings)
      : String(random.below(draft.body.length + 20));
    insertLine(draft, random, line('Content-Length', length));
  },
  function spellCoding(draft, random) {
    setLine(draft, 'Transfer-Encoding', random.pick(codingSpellings));
  },
  function addCoding(draft, random) {
    insertLine(draft, random, line('Transfer-Encoding', random.pick(codingSpellings)));
  },
  function spellFramingName(draft, random) {
    const name = random.pick(framingNames);
    insertLine(
      draft,
      random,
      line(name, /length/i.test(name) ? String(random.below(60)) : random.pick(codingSpellings)),
    );
  },
  function lengthBeforeSmuggled(draft, random) {
    removeLines(draft, 'content-length');
    const inner = smuggled(draft);
    draft.body = `0\r\n\r\n${inner}`;
    insertLine(
      draft,
      random,
      line('Content-Length', String(random.pick([draft.body.length, 5, 0, inner.length]))),
    );
    if (random.chance(0.7))
      insertLine(draft, random, line('Transfer-Encoding', random.pick(codingSpellings)));
  },
  function codingBeforeSmuggled(draft, random) {
    removeLines(draft, 'content-length');
    removeLines(draft, 'transfer-encoding');
    const inner = smuggled(draft);
    insertLine(draft, random, line('Transfer-Encoding', random.pick(codingSpellings)));
    if (random.chance(0.7)) insertLine(draft, random, line('Content-Length', random.pick(lengthSpellings)));
    draft.body = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n${random.chance(0.5) ? inner : ''}`;
  },
  function bodyOfGet(draft, random) {
    draft.method = random.pick(['GET', 'HEAD', 'DELETE']);
    draft.body = smuggled(draft);
    setLine(draft, 'Content-Length', String(random.pick([draft.body.length, 0, 4])));
  },
  function tooLittleBody(draft, random) {
    draft.body = draft.body.slice(0, random.below(draft.body.length + 1));
  },
  function tooMuchBody(draft, random) {
    draft.body += random.pick(['\r\n', 'x', '0\r\n\r\n', '\r\n\r\n', smuggled(draft), 'GET ']);
  },
];

const chunkSizes = [
  '0x5',
  '+5',
  '-5',
  ' 5',
  '5 ',
  '05',
  '0000000000005',
  'FFFFFFFFFFFFFFFF',
  '10000000000000005',
  '',
  'g',
  '5;ext',
  '5;ext=1',
  '5;ext="a"',
  '5 ;ext',
  '5;\x00',
  '5;a\rb',
  '5;a\nb',
  '5\x0b',
  '5,5',
  "5'",
  '0',
  '00',
  '0;x',
  '5\r',
  '\r\n5',
  '5_',
];

const useChunks = (draft: Draft, chunks: string): void => {
  if (!['POST', 'PUT', 'PATCH'].includes(draft.method)) draft.method = 'PUT';
  if (linesNamed(draft, 'content-encoding').length > 0) {
    setLine(draft, 'Content-Length', String(chunks.length));
  } else {
    removeLines(draft, 'content-length');
    removeLines(draft, 'transfer-encoding');
    draft.lines.push(line('Transfer-Encoding', 'chunked'));
  }
  draft.body = chunks;
};

const chunkMutators: readonly Mutator[] = [
  function spellSize(draft, random) {
    useChunks(draft, `${random.pick(chunkSizes)}\r\nhello\r\n0\r\n\r\n`);
  },
  function breakChunkEnd(draft, random) {
    const end = random.pick(['\n', '\r', '', 'XX', '\r\r\n', '\n\r', 'X\r\n', '\r\nX']);
    useChunks(draft, random.chance(0.5) ? `5\r\nhello${end}0\r\n\r\n` : `5${end}hello\r\n0\r\n\r\n`);
  },
  function breakLastChunk(draft, random) {
    const end = random.pick([
      '0\r\n',
      '0\n\n',
      '0\r\n\n',
      '0\r\r\n',
      '',
      '00\r\n\r\n',
      '0;a=b\r\n\r\n',
      '0 \r\n\r\n',
      '0\r\n\r\n\r\n',
    ]);
    useChunks(draft, `5\r\nhello\r\n${end}${random.chance(0.3) ? smuggled(draft) : ''}`);
  },
  function longExtension(draft, random) {
    useChunks(draft, `5;${'e'.repeat(random.pick([100, 5_000, 17_000, 70_000]))}\r\nhello\r\n0\r\n\r\n`);
  },
  function trailers(draft, random) {
    const trailer = random.pick([
      'X-T: 1',
      'Host: evil.test',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      'Authorization: Bearer x',
      'X-T: a\r\n b',
      'X-T : 1',
      ': x',
      'X-T',
      'x-amz-checksum-crc32: AAAAAA==',
      'X-T: \x00',
      'Connection: close',
      `X-T: ${'t'.repeat(70_000)}`,
    ]);
    if (random.chance(0.5)) insertLine(draft, random, line('Trailer', trailer.split(':')[0] ?? ''));
    useChunks(draft, `5\r\nhello\r\n0\r\n${trailer}${random.pick(['\r\n\r\n', '\n\n', '\r\n'])}`);
  },
  function announcedLength(draft, random) {
    setLine(
      draft,
      'x-amz-decoded-content-length',
      random.pick(['0', '4', '5', '6', '-1', '5,5', '', '1e3', ...lengthSpellings]),
    );
    setLine(
      draft,
      'Content-Encoding',
      random.pick([
        'aws-chunked',
        'gzip, aws-chunked',
        'aws-chunked,aws-chunked',
        'AWS-Chunked',
        'aws-chunkedx',
      ]),
    );
  },
];

const targets = (draft: Draft): string[] => [
  '*',
  '',
  '/',
  '//',
  '?',
  '#',
  'api',
  'evil.test:443',
  '//evil.test/api',
  '/\\evil.test',
  '\\\\evil.test',
  '@evil.test/',
  'http://evil.test/api',
  'https://evil.test/api',
  `http://127.0.0.1:${draft.port}${draft.target}`,
  `HTTP://127.0.0.1:${draft.port}${draft.target}`,
  `http://evil@127.0.0.1:${draft.port}/api`,
  `http://127.0.0.1:${draft.port}@evil.test/`,
  'http:/api',
  'http:///api',
  'http://',
  '://x',
  'file:///etc/passwd',
  `http://127.0.0.1:${draft.port}`,
  `http://127.0.0.1:${draft.port}?q`,
  'http://169.254.169.254/latest/meta-data',
  `//127.0.0.1:${draft.port}/api`,
  `${draft.target} HTTP/1.1`,
  ` ${draft.target}`,
];
const pathPieces = [
  '/../',
  '/./',
  '//',
  '/..;/',
  '/.;x/',
  '%2e%2e/',
  '/%2e%2e%2f',
  '%252e',
  '%2f',
  '%5c',
  '\\',
  '%00',
  '%',
  '%g0',
  '%u002e',
  '%c0%ae',
  '%e0%80%af',
  ';a=b',
  '\x00',
  '\x7f',
  '\xe9',
  '\xc3\xa9',
  '#f',
  '?x',
  ' ',
  '\t',
  '%0d%0aX: 1',
  '%20',
  '+',
  '|',
  '{}',
  '"',
  '<b>',
  '~',
  '%7e',
  `%7E`,
  '/~nfyio_lt_x/',
  '&',
  '=',
  '@',
  ':',
  '%3f',
  '%23',
  '.',
  '..',
  '...',
];
const queryPieces = [
  ';a=b',
  '&&',
  '&=',
  '?',
  '%00',
  '%',
  '%zz',
  '&q=1&q=2',
  '&X-Amz-Signature=0',
  '&x-amz-signature=0',
  '&%58-Amz-Signature=0',
  '&X-Amz-Credential=a&X-Amz-Credential=b',
  '&X-Amz-Security-Token=t',
  '&AWSAccessKeyId=x',
  '&acl',
  '&uploads',
  '&delete',
  '#x',
  '&a[]=1',
  '+',
  '&list-type=2',
  '&prefix=',
  '&_method=DELETE',
  '&partNumber=1&uploadId=u',
];

const lineMutators: readonly Mutator[] = [
  function method(draft, random) {
    draft.method = random.pick([
      'get',
      'Get',
      'GET\x00',
      ' GET',
      'G ET',
      'GET/',
      'PRI',
      'PROPFIND',
      'TRACE',
      'TRACK',
      'CONNECT',
      'OPTIONS',
      'QUERY',
      'PURGE',
      'LINK',
      'M-SEARCH',
      'SOURCE',
      'BREW',
      '',
      '"GET"',
      '\xffGET',
      'GETGET',
      'DELETE',
      'HEAD',
      'POST',
      'COPY',
      'DESCRIBE',
      'PLAY',
      'FLUSH',
    ]);
  },
  function version(draft, random) {
    draft.version = random.pick([
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/1.2',
      'http/1.1',
      'HTTP/1.1 ',
      'HTTP/01.1',
      'HTTP/1.10',
      'ICE/1.0',
      'RTSP/1.0',
      'HTTP/1.',
      'HTTP/1',
      '',
      'HTTP/1,1',
      'HTTP /1.1',
      'HTTP/ 1.1',
      'HTTP/\x001.1',
      'HTTPS/1.1',
      'HTTP/3',
      'HTTP/9.9',
      'HTTP/1.1\tx',
      'XHTTP/1.1',
    ]);
  },
  function gaps(draft, random) {
    draft.requestLineGaps[random.below(3)] = random.pick([
      '',
      ' ',
      '  ',
      '\t',
      ' \t',
      '\r',
      '\n',
      '\r\n',
      '\x0b',
      '\x00',
      '\r\r\n',
      '\r\n ',
      '\r\n\r\n',
    ]);
  },
  function leadingLines(draft, random) {
    draft.method =
      random.pick(['\r\n', '\n', '\r\n\r\n', '\r', ' \r\n', '\x00', '\r\n'.repeat(50)]) + draft.method;
  },
];

const targetMutators: readonly Mutator[] = [
  function replaceTarget(draft, random) {
    draft.target = random.pick(targets(draft));
  },
  function pathPiece(draft, random) {
    draft.target = insertInto(draft.target, random, random.pick(pathPieces));
  },
  function encodePath(draft, random) {
    const at = 1 + random.below(Math.max(1, draft.target.length - 1));
    const code = (draft.target.charCodeAt(at) || 65).toString(16).padStart(2, '0');
    draft.target =
      draft.target.slice(0, at) +
      random.pick([`%${code}`, `%25${code}`, `%u00${code}`, `%${code.toUpperCase()}`]) +
      draft.target.slice(at + 1);
  },
  function query(draft, random) {
    const joint = draft.target.includes('?') ? '' : '?';
    draft.target += joint + random.pick(queryPieces);
  },
  function longTarget(draft, random) {
    draft.target += '/a'.repeat(random.pick([2_000, 7_900, 8_300, 20_000, 40_000]));
  },
];

const nominees = [
  'close',
  'keep-alive',
  'authorization',
  'host',
  'content-length',
  'transfer-encoding',
  'x-amz-date',
  'x-amz-content-sha256',
  'cookie',
  'x-mark',
  'te',
  'upgrade',
  'X-Mark, close',
  'close, close',
  '',
  ',',
  ' , ',
  'x y',
  'x\x00',
  'proxy-authorization',
  'expect',
  'content-type',
  'x-amz-meta-a',
  '\xe9',
];
const hosts = (draft: Draft): string[] => [
  'evil.test',
  '',
  ' ',
  `127.0.0.1:${draft.port}.`,
  `127.0.0.1:${draft.port},evil`,
  `a@127.0.0.1:${draft.port}`,
  '127.0.0.1',
  '127.1',
  `0.0.0.0:${draft.port}`,
  `LOCALHOST:${draft.port}`,
  `localhost:${draft.port}`,
  `localhost.:${draft.port}`,
  `[::1]:${draft.port}`,
  `127.0.0.1:0${draft.port}`,
  `127.0.0.1:${draft.port} `,
  `x.localhost:${draft.port}`,
  `2130706433:${draft.port}`,
  `127.0.0.1:${draft.port}/`,
  `127.0.0.1:${draft.port}#`,
  `bucket.localhost:${draft.port}`,
];

const hopMutators: readonly Mutator[] = [
  function connection(draft, random) {
    insertLine(draft, random, line('Connection', random.pick(nominees)));
  },
  function connectionOfOwn(draft, random) {
    insertLine(draft, random, line('Connection', anyLine(draft, random).name));
  },
  function upgrade(draft, random) {
    insertLine(
      draft,
      random,
      line('Upgrade', random.pick(['websocket', 'h2c', 'TLS/1.0', 'HTTP/2.0', '', 'foo, bar'])),
    );
    if (random.chance(0.7))
      insertLine(
        draft,
        random,
        line('Connection', random.pick(['Upgrade', 'upgrade, HTTP2-Settings', 'keep-alive, Upgrade'])),
      );
    if (random.chance(0.3)) insertLine(draft, random, line('HTTP2-Settings', 'AAMAAABkAAQAAP__'));
  },
  function expectation(draft, random) {
    insertLine(
      draft,
      random,
      line(
        'Expect',
        random.pick([
          '100-continue',
          '100-Continue',
          '200-ok',
          'y 100-continue',
          '100-continue, x',
          '',
          '100-continue\t',
          '100 continue',
        ]),
      ),
    );
  },
  function rerouting(draft, random) {
    const name = random.pick([
      'X-Forwarded-Host',
      'X-Forwarded-For',
      'Forwarded',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-HTTP-Method-Override',
      'X-Real-IP',
      'Via',
      'X_Forwarded_Host',
      'Proxy-Connection',
      'Proxy-Authorization',
      'Keep-Alive',
      'TE',
      'X-Forwarded-Proto',
      'X-Host',
      'True-Client-IP',
      'X-Method-Override',
    ]);
    insertLine(
      draft,
      random,
      line(
        name,
        random.pick([
          'evil.test',
          '127.0.0.1',
          '/admin',
          'DELETE',
          'host=evil.test',
          'trailers',
          'Basic eDp5',
        ]),
      ),
    );
  },
  function host(draft, random) {
    setLine(draft, 'Host', random.pick(hosts(draft)));
  },
  function secondHost(draft, random) {
    insertLine(draft, random, line('Host', random.pick([`127.0.0.1:${draft.port}`, ...hosts(draft)])));
  },
  function browser(draft, random) {
    const [name, value] = random.pick([
      ['Origin', 'null'],
      ['Origin', 'http://evil.test'],
      ['Sec-Fetch-Site', 'cross-site'],
      ['Sec-Fetch-Dest', 'image'],
      ['Referer', 'http://evil.test/'],
      ['Sec-Fetch-Mode', 'cors'],
      ['Access-Control-Request-Method', 'PUT'],
    ] as const);
    insertLine(draft, random, line(name, value));
  },
  function secondCredential(draft, random) {
    const { localToken, localAccessKeyId } = draft.lane;
    const [name, value] = random.pick([
      ['Authorization', `Bearer ${localToken}`],
      ['Authorization', 'Bearer x'],
      ['Authorization', 'Basic eDp5'],
      ['Proxy-Authorization', `Bearer ${localToken}`],
      ['Cookie', `t=${localToken}`],
      ['X-Api-Key', localToken],
      ['X-Amz-Security-Token', localToken],
      ['X-Amz-Date', '20261123T120000Z'],
      ['Authorization', `AWS ${localAccessKeyId}:sig`],
      ['authorization', `AWS4-HMAC-SHA256 Credential=${localAccessKeyId}/x, SignedHeaders=host, Signature=0`],
    ] as const);
    insertLine(draft, random, line(name, value));
  },
];

/** The last two break a request least, so that most of what they make gets far: they have double the chance. */
const families = [
  headerMutators,
  framingMutators,
  chunkMutators,
  lineMutators,
  targetMutators,
  targetMutators,
  hopMutators,
  hopMutators,
];

export const mutatorNames: readonly string[] = [...new Set(families.flat().map(({ name }) => name))];

export const mutate = (draft: Draft, random: SeededRandom): string => {
  const mutator = random.pick(random.pick(families));
  mutator(draft, random);
  return mutator.name;
};

/** Damage that knows nothing of HTTP. */
export const mutateBytes = (bytes: string, random: SeededRandom): string => {
  const at = random.below(bytes.length);
  const [before, after] = [bytes.slice(0, at), bytes.slice(at)];
  switch (random.below(6)) {
    case 0:
      return before + String.fromCharCode(random.below(256)) + after.slice(1);
    case 1:
      return before + random.pick([...controls, ' ', ':', '\r\n', '0']) + after;
    case 2:
      return before + after.slice(1 + random.below(3));
    case 3:
      return before;
    case 4: {
      const breaks = [...bytes.matchAll(/\r\n/g)].map(({ index }) => index);
      const where = random.pick(breaks) ?? 0;
      return (
        bytes.slice(0, where) +
        random.pick(['\n', '\r', '\r\n\r\n', '\x00\r\n', '\r\r\n', ' \r\n']) +
        bytes.slice(where + 2)
      );
    }
    default:
      return before + after.slice(0, 1 + random.below(12)) + after;
  }
};
