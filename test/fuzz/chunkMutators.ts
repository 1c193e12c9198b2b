import { type Draft, line, linesNamed, removeLines, setLine } from './draft.ts';
import { lengthSpellings } from './framingMutators.ts';
import { insertLine, type Mutator, smuggled } from './mutator.ts';

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

export const chunkMutators: readonly Mutator[] = [
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
