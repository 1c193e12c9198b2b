import { line, setLine } from './draft.ts';
import type { NamedCase } from './namedCases.ts';

/** A little less than the entry guard admits of a target and of all headers: the rest of the request needs room, too. */
const TARGET_BYTES = 15 * 1024;
const HEADER_BYTES = 28 * 1024;

const fill = (piece: string | ((index: number) => string), bytes: number): string => {
  let text = '';
  for (let index = 0; ; index += 1) {
    const next = typeof piece === 'string' ? piece : piece(index);
    if (text.length + next.length > bytes) return text;
    text += next;
  }
};

type Piece = string | ((index: number) => string);

const path = (name: string, piece: Piece, bytes = TARGET_BYTES): NamedCase => ({
  name,
  damage: (draft) => {
    draft.target += fill(piece, bytes);
  },
});

const query = (name: string, piece: Piece, bytes = TARGET_BYTES): NamedCase => ({
  name,
  damage: (draft) => {
    draft.target += `?${fill(piece, bytes)}`;
  },
});

const header = (name: string, headerName: string, piece: Piece, before = ''): NamedCase => ({
  name,
  damage: (draft) => setLine(draft, headerName, before + fill(piece, HEADER_BYTES)),
});

/** What would cost most, had a reading more than one pass over it: as much of it as fits through the entry. */
export const heavyCases: readonly NamedCase[] = [
  path('slashes', '/'),
  path('short segments', '/a'),
  path('dot segments', '/..'),
  path('dot segments that are none', '/...;'),
  path('encoded dots', '/%2e%2e'),
  path('percent signs', '%'),
  path('encoded percent signs', '%25'),
  path('percent signs encoded again and again', (index) => (index === 0 ? '/%' : '25')),
  path('bytes that are all encoded', '%c3%a9'),
  path('bytes that are no UTF-8', '%ff'),
  path('characters that unfold', '%ef%b7%ba'),
  path('tildes', '/~'),
  path('beginnings of a token', 'nfyio_'),
  path('beginnings of an encoded token', '%6e%25%36'),
  path('backslashes', '\\'),
  query('parameters', (index) => `&p${index}=${index}`),
  query('parameters in the wrong order', (index) => `&p${9_999 - index}`),
  query('the same parameter', 'a&'),
  query('separators', '&'),
  query('equals signs', '='),
  query('semicolons', ';'),
  query('spaces', '+'),
  query('names that are all encoded', '&%61%62=%63'),
  query('signatures', '&X-Amz-Signature=0'),
  query('encoded percent signs in it', '%25'),
  header('blanks in a value', 'X-Mark', 'a \t \t'),
  header('blanks behind Bearer', 'Proxy-Authorization', ' ', 'Bearer'),
  header('commas', 'Connection', ','),
  header('nominees', 'Connection', (index) => `n${index},`),
  header('blanks before a Referer', 'Referer', ' ', 'x'),
  header('labels of a Host', 'Host', 'a.'),
  header('hyphens of a Host', 'Host', 'a-'),
  header('a copy source of slashes', 'x-amz-copy-source', '/'),
  header('a copy source of versions', 'x-amz-copy-source', '?versionId=', '/bucket/a'),
  header('codings', 'Accept-Encoding', 'aws-chunked,'),
  header('a metadatum of beginnings of a token', 'x-amz-meta-a', 'nfyio_l'),
  {
    name: 'headers that are signed, in the wrong order',
    damage: (draft) => {
      for (let index = 180; index > 0; index -= 1)
        draft.lines.push(line(`x-amz-meta-${index}`, 'a'.repeat(100)));
    },
  },
  {
    name: 'one signed header again and again',
    damage: (draft) => {
      for (let index = 0; index < 180; index += 1) draft.lines.push(line('x-amz-meta-a', `  ${index}  `));
    },
  },
];

/** The same, one step beyond. */
export const oversizedCases: readonly NamedCase[] = [
  path('a path', '/a', 17 * 1024),
  query('a query', '&a', 17 * 1024),
  { name: 'a header', damage: (draft) => setLine(draft, 'X-Mark', fill('a ', 33 * 1024)) },
  {
    name: 'all headers together',
    damage: (draft) => {
      for (let index = 0; index < 100; index += 1) draft.lines.push(line(`X-${index}`, 'a'.repeat(330)));
    },
  },
  {
    name: 'the number of headers',
    damage: (draft) => {
      for (let index = 0; index < 201; index += 1) draft.lines.push(line('X', ''));
    },
  },
];
