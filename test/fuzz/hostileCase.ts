import { bytesOf, type Draft, MARKER, signDraft, soundDraft } from './draft.ts';
import { LANES, type Lane, lanes } from './lanes.ts';
import { mutate, mutateBytes } from './mutators.ts';
import { SeededRandom } from './seededRandom.ts';

export interface HostileCase {
  readonly index: number;
  readonly kind: 's3' | 'api';
  readonly lane: Lane;
  /** What was done to it. */
  readonly mutations: readonly string[];
  /** One character per byte. */
  readonly bytes: string;
  /** The writes it is sent in. */
  readonly pieces: readonly string[];
}

export interface Ports {
  readonly apiPort: number;
  readonly s3Port: number;
}

/** Case `index` of a seed: the same for ever, whatever ran before it. */
export const hostileCase = (seed: number, index: number, ports: Ports): HostileCase => {
  const random = new SeededRandom(seed, index);
  const kind = random.chance(0.5) ? 's3' : 'api';
  const lane = lanes[index % LANES] as Lane;
  const port = kind === 's3' ? ports.s3Port : ports.apiPort;
  const mutations: string[] = [];
  const drafted = (marker: string, isMutated: boolean): Draft => {
    const draft = soundDraft(random, { kind, lane, port, marker });
    const rounds = isMutated ? random.pick([1, 1, 1, 1, 2, 3]) : 0;
    for (let round = 0; round < rounds; round += 1) mutations.push(mutate(draft, random));
    signDraft(draft);
    if (isMutated && random.chance(0.1)) mutations.push(`${mutate(draft, random)} after signing`);
    return draft;
  };
  const draft = drafted(`${MARKER}${index}a`, true);
  if (random.chance(0.2)) {
    mutations.push('pipelined');
    draft.next = drafted(`${MARKER}${index}b`, random.chance(0.3));
  }
  let bytes = bytesOf(draft);
  if (random.chance(0.08)) {
    mutations.push('bytes');
    bytes = mutateBytes(bytes, random);
  }
  return { index, kind, lane, mutations, bytes, pieces: split(bytes, random) };
};

const split = (bytes: string, random: SeededRandom): string[] => {
  if (random.chance(0.6)) return [bytes];
  const cuts = Array.from({ length: 1 + random.below(3) }, () => random.below(bytes.length)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts]
    .map((from, at) => bytes.slice(from, cuts[at] ?? bytes.length))
    .filter((piece) => piece !== '');
};
