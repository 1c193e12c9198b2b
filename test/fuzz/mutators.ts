import { chunkMutators } from './chunkMutators.ts';
import type { Draft } from './draft.ts';
import { framingMutators } from './framingMutators.ts';
import { headerMutators } from './headerMutators.ts';
import { hopMutators } from './hopMutators.ts';
import { lineMutators } from './lineMutators.ts';
import { controls } from './mutator.ts';
import type { SeededRandom } from './seededRandom.ts';
import { targetMutators } from './targetMutators.ts';

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
