import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attack, attack } from './attack.ts';
import { ByteUpstream } from './byteUpstream.ts';
import { bytesOf, signDraft, soundDraft } from './draft.ts';
import { hostileCase } from './hostileCase.ts';
import { judgeLane, judgeReplies } from './judge.ts';
import { goodLane, LANES, lanes } from './lanes.ts';
import { mutatorNames } from './mutators.ts';
import { SeededRandom } from './seededRandom.ts';
import { StartedProxy } from './startedProxy.ts';

const fromEnvironment = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const seed = fromEnvironment('FUZZ_SEED', 1);
const first = fromEnvironment('FUZZ_FIRST', 0);
const count = fromEnvironment('FUZZ_CASES', 100_000);
const BATCH = 4_800;
const ENOUGH_PROBLEMS = 20;
const SETTLE_MS = 20_000;

let upstream: ByteUpstream;
let proxy: StartedProxy;
beforeAll(async () => {
  upstream = new ByteUpstream();
  await upstream.start();
  proxy = await StartedProxy.start(upstream.origin);
});
afterAll(async () => {
  await proxy.stop();
  await upstream.stop();
});

describe(`${count} hostile requests from seed ${seed}, all with a valid credential`, () => {
  it('leak nothing, desynchronise nothing, crash nothing and hang nothing', {
    timeout: 1_800_000,
  }, async () => {
    console.log(`fuzzing with FUZZ_SEED=${seed} FUZZ_FIRST=${first} FUZZ_CASES=${count}`);
    const mutations = new Set<string>();
    const problems: string[] = [];
    let reached = 0;
    for (let from = first; from < first + count && problems.length < ENOUGH_PROBLEMS; from += BATCH) {
      const attacks = await attackAll(from, Math.min(from + BATCH, first + count));
      for (const { hostile } of attacks) for (const name of hostile.mutations) mutations.add(name);
      reached += upstream.requests.length;
      problems.push(...(await problemsOf(attacks)));
      expect(upstream.malformed).toEqual([]);
      expect(await goodStatuses()).toEqual([200, 200]);
    }
    console.log(
      `${count} cases from seed ${seed}: ${reached} requests let through to the upstream, ${problems.length} leaks, desynchronisations or hangs, ${proxy.death === null ? 'no crash' : 'a crash'}`,
    );
    expect(problems).toEqual([]);
    expect(proxy.death).toBeNull();
    expect(await proxy.log()).toBe('');
    if (count >= 10_000) {
      expect([...mutations]).toEqual(expect.arrayContaining([...mutatorNames]));
      // As far as to the upstream: refusing everything would pass the rest.
      expect(reached).toBeGreaterThan(count / 10);
    }
  });
});

/** Every lane one case after the other, all lanes at once. */
const attackAll = async (from: number, to: number): Promise<Attack[]> => {
  const attacks: Attack[] = [];
  const runLane = async (lane: number): Promise<void> => {
    const skipped = (lane - (from % LANES) + LANES) % LANES;
    for (let index = from + skipped; index < to; index += LANES)
      attacks.push(await attack(hostileCase(seed, index, proxy), proxy));
  };
  await Promise.all(lanes.map(({ number }) => runLane(number)));
  return attacks;
};

/** The last records and broken-off requests come in after their connections have ended: judged until all fits. */
const problemsOf = async (attacks: readonly Attack[]): Promise<string[]> => {
  const untilMs = Date.now() + SETTLE_MS;
  for (;;) {
    const problems = [...attacks.flatMap(problemsOfReplies), ...problemsOfLanes(attacks)];
    if ((problems.length === 0 && !upstream.isBusy) || Date.now() > untilMs || proxy.death !== null) {
      upstream.requests = [];
      proxy.records = [];
      return proxy.death === null ? problems : [proxy.death, ...problems];
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const reproduction = ({ hostile }: Attack): string =>
  `FUZZ_SEED=${seed} FUZZ_FIRST=${hostile.index} FUZZ_CASES=1 (${hostile.mutations.join(', ')}) ${abridged(hostile.bytes)}`;

const abridged = (bytes: string): string =>
  JSON.stringify(
    bytes
      .replace(/(.)\1{50,}/gs, '$1…')
      .replace(/(?:X-\d+: 1\r\n)+/, 'X-…: 1\r\n')
      .slice(0, 1_500),
  );

const problemsOfReplies = (each: Attack): string[] =>
  judgeReplies(each).map((problem) => `${problem}: ${reproduction(each)} -> ${abridged(each.received)}`);

const problemsOfLanes = (attacks: readonly Attack[]): string[] =>
  lanes
    .flatMap(({ number }) =>
      (['api', 's3'] as const).flatMap((kind) => {
        const ofLane = attacks.filter(
          ({ hostile }) => hostile.lane.number === number && hostile.kind === kind,
        );
        const problems = judgeLane(
          ofLane,
          upstream.requests.filter((request) => request.lane === number && kindOf(request.headers) === kind),
          proxy.records.filter((record) => record.lane === number && record.kind === kind),
        );
        return problems.map((problem) => {
          const [, mark = ''] = /zqMARKq(\d+)/.exec(problem) ?? [];
          const culprits = ofLane.filter(({ hostile }) => String(hostile.index) === mark);
          return [problem, ...(culprits.length > 0 ? culprits : ofLane).slice(0, 1).map(reproduction)].join(
            '\n  ',
          );
        });
      }),
    )
    .concat(
      upstream.requests
        .filter(({ lane }) => lane === null)
        .map(({ method, target }) => `${method} ${target} arrived without a credential of ours`),
    );

const kindOf = (headers: readonly (readonly [string, string])[]): 's3' | 'api' =>
  headers.some(([name, value]) => name === 'authorization' && value.startsWith('AWS4')) ? 's3' : 'api';

/** What an ordinary client gets from both listeners. */
const goodStatuses = async (): Promise<number[]> => {
  const statusOf = async (kind: 's3' | 'api'): Promise<number> => {
    const port = kind === 's3' ? proxy.s3Port : proxy.apiPort;
    const draft = soundDraft(new SeededRandom(0), { kind, lane: goodLane, port, marker: 'good' });
    Object.assign(draft, { method: 'GET', target: kind === 's3' ? '/bucket/good' : '/api/good', body: '' });
    draft.lines = draft.lines.filter(({ name }) => /^(?:host|authorization|connection)$/i.test(name));
    signDraft(draft);
    const bytes = bytesOf(draft);
    const hostile = { index: -1, kind, lane: goodLane, mutations: [], bytes, pieces: [bytes] };
    const { received } = await attack(hostile, proxy);
    return Number(received.split(' ')[1] ?? 0);
  };
  return [await statusOf('api'), await statusOf('s3')];
};
