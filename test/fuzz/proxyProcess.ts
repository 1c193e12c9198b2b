/** The proxy in a process of its own: whatever ends it, ends it for all to see. Started by `startedProxy.ts`. */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Secret } from '../../src/main/lib/secret.ts';
import type { Grant, Grants } from '../../src/main/proxy/grants.ts';
import { createProxy } from '../../src/main/proxy/proxy.ts';
import { MemoryLogger } from '../helpers/memoryLogger.ts';
import { grantOf, keyCredential, tokenCredential } from '../integration/proxy/proxyWorld.ts';
import { ATTACK_TIME_MS, goodLane, type Lane, lanes } from './lanes.ts';
import type { ProxyMessage, ProxyRequest, SentRecord } from './startedProxy.ts';

const tell = (message: ProxyMessage): void => {
  process.send?.(message);
};

const [, , upstream = ''] = process.argv;

const connectionOf = (kind: 's3' | 'api', lane: Lane): Grant =>
  grantOf(kind, {
    connectionId: `${kind} ${lane.number}`,
    upstream,
    credentials:
      kind === 'api'
        ? [tokenCredential({ id: `token ${lane.number}` })]
        : [keyCredential({ id: `key ${lane.number}`, accessKeyId: lane.realAccessKeyId })],
  });

const allLanes = [...lanes, goodLane];
const byToken = new Map(allLanes.map((lane) => [lane.localToken, connectionOf('api', lane)]));
const byAccessKeyId = new Map(allLanes.map((lane) => [lane.localAccessKeyId, connectionOf('s3', lane)]));
const byConnectionId = new Map(
  [...byToken.values(), ...byAccessKeyId.values()].map((grant) => [grant.connectionId, grant]),
);
const laneNamedIn = (id: string): Lane => allLanes[Number(id.split(' ')[1])] as Lane;

const grants: Grants = {
  isUnlocked: () => true,
  byToken: (token) => byToken.get(token),
  byAccessKeyId: (accessKeyId) => byAccessKeyId.get(accessKeyId),
  byConnectionId: (connectionId) => byConnectionId.get(connectionId),
  isRetiring: () => false,
  localSecretKey: (connectionId) => Secret.of(laneNamedIn(connectionId).localSecretKey),
  secretOf: ({ kind, id }) =>
    Secret.of(kind === 'token' ? laneNamedIn(id).realToken : laneNamedIn(id).realSecretKey),
};

let untold: SentRecord[] = [];
const tellRecords = (): void => {
  tell({ kind: 'records', records: untold });
  untold = [];
};

const logger = new MemoryLogger();
const proxy = createProxy({
  grants,
  logger,
  clock: {
    now: () => ATTACK_TIME_MS,
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  },
  limits: { lingerMs: 200 },
  onRecord: ({ grant, kind, method, path, status, refusal, bytesIn }) => {
    const lane = grant === null ? null : laneNamedIn(grant.connectionId).number;
    if (untold.length === 0) setImmediate(tellRecords);
    untold.push({ lane, kind, method, path, status, refusal, bytesIn });
  },
});

process.on('message', (request: ProxyRequest) => {
  if (request === 'log') tell({ kind: 'log', text: logger.text });
  const { user, system } = process.cpuUsage();
  if (request === 'cpu') tell({ kind: 'cpu', ms: (user + system) / 1_000 });
});

process.once('disconnect', () => process.exit());

subscribe('net.client.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  socket.on('connectionAttempt', (address: string, port: number) =>
    tell({ kind: 'connecting', to: `${address}:${port}` }),
  );
  socket.on('lookup', (_error: unknown, _address: unknown, _family: unknown, host: string) =>
    tell({ kind: 'connecting', to: `the address of ${host}` }),
  );
});

const { port: apiPort } = await proxy.listen('api', 0);
const { port: s3Port } = await proxy.listen('s3', 0);
tell({ kind: 'listening', apiPort, s3Port });
