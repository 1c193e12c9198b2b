import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestAuthority } from '../helpers/certificates.ts';
import { type ProxyWorld, startProxyWorld } from '../integration/proxy/proxyWorld.ts';
import { SeededRandom } from './seededRandom.ts';
import { nameOf, type Outcome, type ToolTransfer, TransferTool, transferFrom } from './transferTool.ts';
import { TransferUpstream, turn } from './transferUpstream.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const count = Number(process.env.FUZZ_TRANSFERS ?? 10_000);
const PARALLEL = 48;
/** Ticks are counted, not time: while a busy machine lets nothing run, nothing stands still. */
const TICK_MS = 100;
const STANDSTILL_TICKS = 150;

const authority = new TestAuthority();
const plain = new TransferUpstream();
const secured = new TransferUpstream(authority.issue('localhost'));
const warnings: string[] = [];
const noteWarning = ({ message }: Error): void => void warnings.push(message);
let timersBefore = 0;
let world: ProxyWorld;
let tool: TransferTool;
let idleTicks = 0;
beforeAll(async () => {
  process.on('warning', noteWarning);
  timersBefore = timers();
  await plain.start();
  await secured.start();
  // Nothing is given up for taking long: what stands still is seen to stand still.
  const patience = { connectTimeoutMs: 3_600_000, upstreamHeadersTimeoutMs: 3_600_000 };
  world = await startProxyWorld(patience, [authority.certificate]);
  const [api, s3] = seed % 2 === 0 ? [plain, secured] : [secured, plain];
  world.grants.api = { ...world.grants.api, upstream: api.origin };
  world.grants.s3 = { ...world.grants.s3, upstream: s3.origin };
  const openS3 = await world.proxy.openPort('connection-s3', 's3', 0);
  tool = new TransferTool({ api: world.apiPort, s3: openS3.port }, () => {
    idleTicks = 0;
  });
});
afterAll(async () => {
  process.off('warning', noteWarning);
  tool.stop();
  await world.stop();
  await plain.stop();
  await secured.stop();
  authority.remove();
});

/** In this process, which is also that of the upstreams and the tool. */
const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

const tally = new Map<string, number>();
const times = (outcome: string): number => tally.get(outcome) ?? 0;

const runAll = async (running: Set<ToolTransfer>): Promise<string[]> => {
  const problems: string[] = [];
  let next = 0;
  const note = (outcome: Outcome): void => {
    if (typeof outcome === 'string') tally.set(outcome, times(outcome) + 1);
    else problems.push(outcome.wrong);
  };
  const work = async (): Promise<void> => {
    for (let index = next++; index < count && problems.length < 20; index = next++) {
      const random = new SeededRandom(seed, index);
      const transfer = transferFrom(seed * 1_000_000 + index, random);
      running.add(transfer);
      note(await tool.run(transfer, random));
      running.delete(transfer);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return problems;
};

/** @throws when nothing has moved for long */
const untilStandstill = (
  running: ReadonlySet<ToolTransfer>,
): { readonly over: Promise<never>; stop(): void } => {
  let stop = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    const ticking = setInterval(() => {
      idleTicks += 1;
      if (idleTicks > STANDSTILL_TICKS)
        reject(new Error(`these stand still: ${[...running].map(nameOf).join(', ')}`));
    }, TICK_MS);
    stop = () => clearInterval(ticking);
  });
  return { over, stop };
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turn();
};

it(`${count} transfers from seed ${seed}, ${PARALLEL} at a time, bring every byte to its place or break off`, {
  timeout: 3_600_000,
}, async () => {
  console.log(`transferring with FUZZ_SEED=${seed} FUZZ_TRANSFERS=${count}`);
  const running = new Set<ToolTransfer>();
  const standstill = untilStandstill(running);
  const problems = await Promise.race([runAll(running), standstill.over]).finally(standstill.stop);
  console.log([...tally].map(([outcome, number]) => `${outcome}: ${number}`).join(', '));
  expect(problems).toEqual([]);
  expect([...plain.wrongs, ...secured.wrongs]).toEqual([]);
  expect(times('hung up')).toBeLessThanOrEqual(plain.hangUps + secured.hangUps);
  expect(times('whole')).toBeGreaterThan(count / 4);
  for (const outcome of ['cut off', 'refused', 'broken off'])
    expect(times(outcome)).toBeGreaterThan(count / 20);
});

it('leave nothing behind: no request, no connection, no timer, no listener', {
  timeout: 60_000,
}, async () => {
  tool.stop();
  await until(() => plain.serving + secured.serving === 0);
  // What was broken off is waited for a little longer by the clock of the proxy, and not once more.
  world.clock.advance(10_000);
  expect(world.clock.pendingTimers).toBe(0);
  // Kept connections are ended when they have been idle for some seconds; what is in use would stay.
  await until(() => plain.connections + secured.connections === 0);
  await until(() => timers() <= timersBefore);
  expect(warnings).toEqual([]);
});
