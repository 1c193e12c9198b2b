import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mutatorNames, type ReplyCase, replyCase } from './replyCase.ts';
import { type Reading, ReplyingServer, readByNode, readByOurs } from './replyReaders.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const first = Number(process.env.FUZZ_FIRST ?? 0);
const count = Number(process.env.FUZZ_CASES ?? 100_000);
const PARALLEL = 16;
const ENOUGH_PROBLEMS = 20;

const server = new ReplyingServer(seed);
beforeAll(() => server.start());
afterAll(() => server.stop());

/**
 * Where ours alone refuses, and why: what other parsers, older ones or those of proxies, read in other ways.
 * What is told of the status line and of headers is told of the last head, behind those with a status below 200.
 */
const stricter: Readonly<Record<string, RegExp>> = {
  'a status line that is not plain, or anything before it': /^(?!HTTP\/1\.[01] [1-9]\d\d(?: .*)?(?:\r\n|$))/,
  'a protocol that nobody asked for': /^HTTP\/1\.[01] 101/,
  'control characters': /[^\t\x20-\x7e\x80-\xff\r\n]/,
  'a length that is not of digits alone, or behind a tab': /^content-length:(?! *\d{1,15} *\r?$)/im,
  'a coding beside chunked, or a tab around it': /^transfer-encoding:(?! *chunked *\r?$)/im,
  'chunks in HTTP/1.0, which has none': /^HTTP\/1\.0 .*^transfer-encoding:/ims,
  'more than one word on the length':
    /^(?:content-length|transfer-encoding):.*^(?:content-length|transfer-encoding):/ims,
};
/** And where it cuts a body off. */
const stricterBody: Readonly<Record<string, RegExp>> = {
  'framing in a trailer': /\r\ntransfer-encoding:/i,
  'an extension of a chunk that has no name': /^[\da-f]+;(?:.*;)?(?:[=;]|\r?$)/im,
};

const informational = /^(?:HTTP\/1\.1 1(?!01)\d\d(?: .*)?\r\n(?:.+\r\n)*\r\n)+/;

const splitLast = (text: string): readonly [head: string, body: string] => {
  const last = text.replace(informational, '');
  const end = last.indexOf('\r\n\r\n');
  return end === -1 ? [last, ''] : [last.slice(0, end), last.slice(end + 4)];
};

const reasons = new Set<string>();
const tally = { whole: 0, cut: 0, refused: 0 };

const isStricter = (forms: Readonly<Record<string, RegExp>>, text: string): boolean => {
  const why = Object.entries(forms).filter(([, form]) => form.test(text));
  for (const [name] of why) reasons.add(name);
  return why.length > 0;
};

/** @returns what is wrong about the way ours reads it; null when nothing is */
const judge = ({ text }: ReplyCase, ours: Reading | null, node: Reading | null): string | null => {
  const [head, body] = splitLast(text);
  if (ours === null) {
    tally.refused += 1;
    return node === null || isStricter(stricter, head) ? null : 'is refused by ours alone';
  }
  if (node === null) return 'is accepted by ours alone';
  const headOf = ({ status, reason, headers }: Reading) => [status, reason, ...headers];
  if (!isDeepStrictEqual(headOf(ours), headOf(node))) return 'has another head for ours';
  tally[ours.isWhole ? 'whole' : 'cut'] += 1;
  if (ours.isWhole) return node.isWhole && ours.body === node.body ? null : 'has another body for ours';
  if (!node.body.startsWith(ours.body) && !ours.body.startsWith(node.body)) return 'has another beginning';
  return !node.isWhole || isStricter(stricterBody, body) ? null : 'is cut off by ours alone';
};

it(`${count} replies from seed ${seed}, sound and damaged, are for ours what they are for the parser of Node, or none`, {
  timeout: 3_600_000,
}, async () => {
  console.log(`comparing with FUZZ_SEED=${seed} FUZZ_FIRST=${first} FUZZ_CASES=${count}`);
  const problems: string[] = [];
  const mutations = new Set<string>();
  let next = first;
  const work = async (): Promise<void> => {
    for (let index = next++; index < first + count && problems.length < ENOUGH_PROBLEMS; index = next++) {
      const each = replyCase(seed, index);
      for (const name of each.mutations) mutations.add(name);
      const readings = await Promise.all([readByOurs(each, server.port), readByNode(each, server.port)]);
      const problem = judge(each, ...readings);
      if (problem !== null) problems.push(`${index}: ${each.method} ${JSON.stringify(each.text)} ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  console.log(
    Object.entries(tally)
      .map(([reading, number]) => `${reading}: ${number}`)
      .join(', '),
  );
  expect(problems).toEqual([]);
  if (count >= 10_000) {
    expect([...mutations].sort()).toEqual([...mutatorNames].sort());
    expect([...reasons].sort()).toEqual(Object.keys({ ...stricter, ...stricterBody }).sort());
    expect(tally.whole).toBeGreaterThan(count / 3);
    expect(tally.cut).toBeGreaterThan(count / 50);
  }
});
