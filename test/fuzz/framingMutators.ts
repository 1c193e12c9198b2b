import { line, removeLines, setLine } from './draft.ts';
import { insertLine, type Mutator, smuggled } from './mutator.ts';

export const lengthSpellings = [
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
export const codingSpellings = [
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

export const framingMutators: readonly Mutator[] = [
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
