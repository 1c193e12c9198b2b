import { type Line, line } from './draft.ts';
import { anyLine, blanks, controls, insertInto, insertLine, type Mutator } from './mutator.ts';
import type { SeededRandom } from './seededRandom.ts';

const otherCase = (text: string, random: SeededRandom): string =>
  [...text].map((letter) => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase())).join('');

export const headerMutators: readonly Mutator[] = [
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
