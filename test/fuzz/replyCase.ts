import { codingSpellings, lengthSpellings } from './framingMutators.ts';
import { blanks, controls, insertInto } from './mutator.ts';
import { SeededRandom } from './seededRandom.ts';

/** A reply of an upstream, sound or damaged, in latin1; the connection ends behind it. */
export interface ReplyCase {
  readonly index: number;
  readonly method: 'GET' | 'HEAD';
  readonly text: string;
  /** As they go out, one write each. */
  readonly pieces: readonly string[];
  /** How it was damaged. */
  readonly mutations: readonly string[];
}

interface Draft {
  /** What comes before the reply. */
  prelude: string;
  version: string;
  gap: string;
  status: string;
  reason: string;
  /** Each with its end. */
  lines: string[];
  emptyLine: string;
  body: string;
}

type Mutate = (draft: Draft, random: SeededRandom) => void;

const CRLF = '\r\n';
const content = 'abcdefghijklmnopqrstuvwxyz0123456789\r\n\x00\xff';

const contentOf = (random: SeededRandom): string =>
  Array.from({ length: random.below(40) }, () => random.pick([...content])).join('');

const sizeOf = (piece: string, random: SeededRandom): string => {
  const size = piece.length.toString(16);
  return random.pick([size, size, size.toUpperCase(), size.padStart(4, '0')]);
};
const extensions = ['', '', '', ';a', ';a=b', ';a="b c"', ';a=b;c="d;\\"e"'];
const trailers = ['', '', '', 'X-Trailer: 1\r\n', 'A: 1\r\nB:\r\n'];

const inChunks = (body: string, random: SeededRandom): string => {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const piece = body.slice(at, at + 1 + random.below(20));
    text += `${sizeOf(piece, random)}${random.pick(extensions)}${CRLF}${piece}${CRLF}`;
    at += piece.length;
  }
  return `${text}0${random.pick(extensions)}${CRLF}${random.pick(trailers)}${CRLF}`;
};

const statuses = [200, 200, 200, 200, 201, 204, 206, 302, 304, 404, 500, 599].map(String);
const others = ['X-A: 1', 'x-b:2', 'X-C: \t c d \t', 'X-D:', 'ETag: "\xe4"', 'Date: now', 'X-A: 2'];
const connections = ['close', 'keep-alive', 'Keep-Alive, X', 'x, close'];

const soundDraft = (random: SeededRandom): Draft => {
  const body = contentOf(random);
  const framing = random.pick(['length', 'chunked', 'untilEnd'] as const);
  const headers = others.filter(() => random.chance(0.3));
  if (random.chance(0.2)) headers.push(`Connection: ${random.pick(connections)}`);
  if (framing === 'length') headers.push(`Content-Length: ${body.length}`);
  if (framing === 'chunked') headers.push('Transfer-Encoding: chunked');
  return {
    prelude: '',
    version: framing === 'chunked' || random.chance(0.9) ? 'HTTP/1.1' : 'HTTP/1.0',
    gap: ' ',
    status: random.pick(statuses),
    reason: random.pick([' OK', ' ', '', ' Not  Quite \xe4', ' 200 OK']),
    lines: headers.map((line) => `${line}${CRLF}`),
    emptyLine: CRLF,
    body: framing === 'chunked' ? inChunks(body, random) : body,
  };
};

const insertLine = (draft: Draft, random: SeededRandom, line: string): void => {
  draft.lines.splice(random.below(draft.lines.length + 1), 0, `${line}${CRLF}`);
};

const changeLine = (draft: Draft, random: SeededRandom, change: (line: string) => string): void => {
  const at = random.below(draft.lines.length);
  const line = draft.lines[at];
  if (line !== undefined) draft.lines[at] = change(line);
};

const lineEnds = ['\n', '\r', '\r\r\n', '\n\r', '', '\r\n\r\n', ' \r\n', '\x0b\r\n'];
const versions = [
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.',
  'http/1.1',
  'HTTP/1.10',
  'ICE/1.0',
  'HTTP/1,1',
];
const oddStatuses = [
  '099',
  '000',
  '20',
  '2000',
  '100',
  '101',
  '103',
  '199',
  '600',
  '999',
  '-200',
  '2x0',
  '200.',
  '',
];
const oddChunkLines = [
  '',
  ' ',
  '-1',
  '+1',
  '0x1',
  '1 ',
  ' 1',
  '1\t',
  '1;',
  '1;;',
  '1;\x00',
  '1;=',
  '1;"',
  'g',
  '00',
  '1,1',
  '1h',
  '_1',
  '1;a=\x7f',
  '1;a\xe4',
  'fffffffffffffffff',
  '10000000000000',
  '1; a',
  '1;a =b',
  '1;a= b',
  '1;a="b',
  '1;a=b;',
];
const oddTrailers = [
  'Content-Length: 1',
  'Transfer-Encoding: chunked',
  'A',
  ': 1',
  'A : 1',
  ' a: 1',
  'A: \x00',
  'A: 1\nB: 2',
  'A: \x7f',
  'A: 1\r',
];

/** By their names. */
const mutators: Readonly<Record<string, Mutate>> = {
  control: (draft, random) => {
    const part = random.pick(['reason', 'version', 'status', 'body', 'emptyLine', 'gap'] as const);
    draft[part] = insertInto(draft[part], random, random.pick(controls));
  },
  'control in a header': (draft, random) =>
    changeLine(draft, random, (line) => insertInto(line, random, random.pick(controls))),
  'blank in a header': (draft, random) =>
    changeLine(draft, random, (line) => insertInto(line, random, random.pick(blanks))),
  'blank around a colon': (draft, random) =>
    changeLine(draft, random, (line) => line.replace(':', `${random.pick(blanks)}:${random.pick(blanks)}`)),
  'no colon': (draft, random) => changeLine(draft, random, (line) => line.replace(':', '')),
  'end of a header': (draft, random) =>
    changeLine(draft, random, (line) => line.slice(0, -2) + random.pick(lineEnds)),
  'header twice': (draft, random) => changeLine(draft, random, (line) => line + line),
  'header folded': (draft, random) => changeLine(draft, random, (line) => line.replace(':', ':\r\n ')),
  'header gone': (draft, random) => changeLine(draft, random, () => ''),
  length: (draft, random) => insertLine(draft, random, `Content-Length: ${random.pick(lengthSpellings)}`),
  'other length': (draft, random) => {
    draft.lines = draft.lines.map((line) =>
      line.replace(/^(Content-Length:).*/, `$1 ${random.pick(lengthSpellings)}`),
    );
  },
  coding: (draft, random) => insertLine(draft, random, `Transfer-Encoding: ${random.pick(codingSpellings)}`),
  'other coding': (draft, random) => {
    draft.lines = draft.lines.map((line) =>
      line.replace(/^(Transfer-Encoding:).*/, `$1 ${random.pick(codingSpellings)}`),
    );
  },
  'end of the head': (draft, random) => {
    draft.emptyLine = random.pick(lineEnds);
  },
  version: (draft, random) => {
    draft.version = random.pick(versions);
  },
  status: (draft, random) => {
    draft.status = random.pick(oddStatuses);
  },
  gap: (draft, random) => {
    draft.gap = random.pick(blanks);
  },
  reason: (draft, random) => {
    draft.reason = random.pick([...blanks, ' \x00', ' a\rb', ' a\nb', ' \x7f', ' \xff']);
  },
  before: (draft, random) => {
    draft.prelude = random.pick([
      ...[
        CRLF,
        '\n',
        ' ',
        '\x00',
        'x',
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 103 Early\r\nLink: a\r\n\r\n',
      ],
      ...[
        'HTTP/1.1 102 P\r\nContent-Length: 3\r\n\r\n',
        'HTTP/1.1 199 X\r\nTransfer-Encoding: chunked\r\n\r\n',
      ],
    ]);
  },
  behind: (draft, random) => {
    draft.body += random.pick([CRLF, 'x', 'HTTP/1.1 200 OK\r\n\r\n', '0\r\n\r\n', '\x00']);
  },
  'line of a chunk': (draft, random) => {
    const lines = draft.body.split(CRLF);
    lines[random.below(lines.length)] = random.pick(oddChunkLines);
    draft.body = lines.join(CRLF);
  },
  'end of a line of the body': (draft, random) => {
    const lines = draft.body.split(CRLF);
    const at = random.below(lines.length);
    draft.body = `${lines.slice(0, at).join(CRLF)}${random.pick(lineEnds)}${lines.slice(at).join(CRLF)}`;
  },
  trailer: (draft, random) => {
    draft.body = draft.body.replace(/\r\n$/, `${random.pick(oddTrailers)}\r\n\r\n`);
  },
  cut: (draft, random) => {
    draft.body = draft.body.slice(0, random.below(draft.body.length + 1));
  },
};

export const mutatorNames = Object.keys(mutators);

const textOf = ({ prelude, version, gap, status, reason, lines, emptyLine, body }: Draft): string =>
  `${prelude}${version}${gap}${status}${reason}${CRLF}${lines.join('')}${emptyLine}${body}`;

const piecesOf = (text: string, random: SeededRandom): string[] => {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = text.slice(at, at + 1 + random.below(text.length));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
};

export const replyCase = (seed: number, index: number): ReplyCase => {
  const random = new SeededRandom(seed, index);
  const method = random.chance(0.1) ? 'HEAD' : 'GET';
  const draft = soundDraft(random);
  const mutations = Array.from({ length: random.below(3) }, () => random.pick(mutatorNames));
  for (const name of mutations) mutators[name]?.(draft, random);
  const text = textOf(draft);
  return { index, method, text, pieces: random.chance(0.5) ? [text] : piecesOf(text, random), mutations };
};
