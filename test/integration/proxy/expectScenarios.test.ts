import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { grantOf, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';

const SCENARIOS = 500;
const LANES = 10;
const SEED = 20_261_130;

/** What the upstream says to a tool that asks before it sends. */
const upstreams = ['goes on', 'goes on late', 'says nothing', 'refuses', 'refuses and closes'] as const;
/** What the tool does when it has asked. */
const tools = ['waits', 'sends at once', 'sends half of it'] as const;

interface Scenario {
  readonly upstream: (typeof upstreams)[number];
  readonly tool: (typeof tools)[number];
  readonly body: Buffer;
  readonly isChunked: boolean;
}

const scenarios: readonly Scenario[] = (() => {
  const random = new SeededRandom(SEED);
  return Array.from({ length: SCENARIOS }, (_, number) => ({
    upstream: random.pick(upstreams),
    tool: random.pick(tools),
    body: Buffer.alloc(random.chance(0.5) ? random.below(100) : random.below(60_000), `${number} `),
    isChunked: random.chance(0.5),
  }));
})();

const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

const numberIn = ({ url = '' }: IncomingMessage): number => Number(url.split('/').at(-1));

let world: ProxyWorld;
let upstream: Server;
let port: number;
/** Of the bodies that came to their end, by the number of the scenario. */
const stored = new Map<number, string[]>();

const store = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const hash = createHash('sha256');
  incoming.on('data', (piece: Buffer) => hash.update(piece));
  incoming.on('error', () => undefined);
  incoming.on('end', () => {
    const number = numberIn(incoming);
    const sum = hash.digest('hex');
    if (incoming.method === 'PUT') stored.set(number, [...(stored.get(number) ?? []), sum]);
    outgoing.end(`${number} ${sum}`);
  });
};

beforeAll(async () => {
  upstream = createServer({ keepAliveTimeout: 60_000 }, store);
  upstream.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const says = scenarios[numberIn(incoming)]?.upstream;
    if (says === 'refuses' || says === 'refuses and closes') {
      if (says === 'refuses and closes') outgoing.shouldKeepAlive = false;
      outgoing.writeHead(403).end(`${numberIn(incoming)} refused`);
      return;
    }
    if (says === 'goes on') outgoing.writeContinue();
    const goOn = (): void => {
      if (!outgoing.headersSent) outgoing.writeContinue();
    };
    if (says === 'goes on late') setImmediate(() => setImmediate(goOn));
    store(incoming, outgoing);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  // Whose refusal is later than that is sent the body, and may reset the connection under its own reply.
  world = await startProxyWorld({ continueTimeoutMs: 1_000 });
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  world.grants.s3 = grantOf('s3', { upstream: `http://127.0.0.1:${upstreamPort}` });
  port = (await world.proxy.openPort('connection-s3', 's3', 0)).port;
});
afterAll(async () => {
  await world.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const send = (outgoing: ClientRequest, { tool, body }: Scenario): void => {
  const half = body.length >> 1;
  if (tool === 'sends at once') outgoing.end(body);
  else if (tool === 'sends half of it') outgoing.write(body.subarray(0, half));
  else outgoing.flushHeaders();
  outgoing.once('continue', () => {
    if (tool === 'waits') outgoing.end(body);
    else if (tool === 'sends half of it') outgoing.end(body.subarray(half));
  });
};

/** @returns what the tool was told */
const play = (agent: Agent, scenario: Scenario, number: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const length = scenario.isChunked ? {} : { 'content-length': scenario.body.length };
    const outgoing = request({
      ...{ port, host: '127.0.0.1', agent, method: 'PUT', path: `/demo/${number}` },
      headers: { expect: '100-continue', ...length },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (reply) => {
      text(reply).then((said) => {
        // Who has not sent it all cannot say anything else on this connection.
        if (!outgoing.writableEnded) outgoing.destroy();
        resolve(`${reply.statusCode} ${said}`);
      }, reject);
    });
    send(outgoing, scenario);
  });

const askNext = async (agent: Agent, number: number): Promise<string> => {
  const outgoing = request({ port, host: '127.0.0.1', agent, path: `/demo/next/${number}` }).end();
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  return text(reply);
};

describe('a tool that asks before it sends, and an upstream that answers as it likes', () => {
  it(`leave no connection poisoned in ${SCENARIOS} scenarios`, async () => {
    const wrong: unknown[] = [];
    const lane = async (first: number): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let number = first; number < SCENARIOS; number += LANES) {
        const scenario = scenarios[number] as Scenario;
        const isRefused = scenario.upstream.startsWith('refuses');
        const sum = digest(scenario.body);
        const told = await play(agent, scenario, number);
        const wanted = isRefused ? `403 ${number} refused` : `200 ${number} ${sum}`;
        const next = await askNext(agent, number);
        const isStored = JSON.stringify(stored.get(number) ?? []) === JSON.stringify(isRefused ? [] : [sum]);
        if (told !== wanted || next !== `${number} ${digest('')}` || !isStored)
          wrong.push({ number, ...scenario, body: scenario.body.length, told, next, isStored });
        stored.delete(number);
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
    expect(wrong).toEqual([]);
  });
});
