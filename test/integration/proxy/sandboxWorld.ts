import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStore } from '../../../src/sandbox/objects/objectStore.ts';
import { createS3Handler } from '../../../src/sandbox/s3/s3Handler.ts';
import { type Framing, frame, framingHeaders, signedHead } from '../../helpers/awsChunks.ts';
import { localKey, type ProxyWorld, realKey, signedLocally, startProxyWorld } from './proxyWorld.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: there is no body. Cut into these pieces on the way. */
  readonly body?: readonly Buffer[];
  readonly framing?: 'length' | 'chunked';
  readonly expectsContinue?: boolean;
}

/** The proxy in front of a real S3 endpoint that knows the real key, over real files. */
export interface SandboxWorld extends ProxyWorld {
  /** Payload words the endpoint refuses; may be changed at any time. */
  readonly refusedModes: Set<string>;
  /** The payload word of every upload that reached the endpoint. */
  readonly seenModes: string[];
  /** How many uploads reached the endpoint to their end. */
  completedUploads(): number;
  /** Object keys of the bucket `demo`. */
  objectKeys(): string[];
  /** As a tool does, on a connection that is kept. */
  send(sent: Sent, port?: number): Promise<Reply>;
  /** Signed with the local key. */
  sendSigned(sent: Sent): Promise<Reply>;
  /** Puts `data` in chunk framing under the key. */
  upload(key: string, data: Buffer, framing: Framing, how?: Partial<UploadHow>): Promise<Reply>;
  read(key: string): Promise<Buffer>;
}

export interface UploadHow extends Pick<Sent, 'framing' | 'expectsContinue'> {
  readonly headers: Readonly<Record<string, string>>;
  tamper(wire: Buffer): Buffer;
}

const PIECE_BYTES = 50_000;

export const pieced = (data: Buffer): Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < data.length; at += PIECE_BYTES) pieces.push(data.subarray(at, at + PIECE_BYTES));
  return pieces;
};

export const startSandboxWorld = async (): Promise<SandboxWorld> => {
  const world = await startProxyWorld();
  const folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-payload-'));
  const store = new ObjectStore(folder, () => world.clock.now());
  await store.open();
  await store.createBucket('demo');
  const refusedModes = new Set<string>();
  const seenModes: string[] = [];
  let completedUploads = 0;
  const key = { ...realKey, buckets: ['demo'], permission: 'read-write', expiresAtMs: null } as const;
  const handle = createS3Handler({
    keys: {
      find: (accessKeyId) => (accessKeyId === realKey.accessKeyId ? key : undefined),
      touched: () => undefined,
    },
    objects: store,
    now: () => world.clock.now(),
    refusedModes,
  });
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'PUT') {
      seenModes.push(String(incoming.headers['x-amz-content-sha256']));
      incoming.once('end', () => {
        completedUploads += 1;
      });
    }
    handle(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world.grants.s3 = { ...world.grants.s3, upstream: origin };
  const agent = new Agent({ keepAlive: true });

  const send = (sent: Sent, port = world.s3Port): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { method = 'PUT', target, headers = {}, body, framing = 'length', expectsContinue } = sent;
      const length = body?.reduce((sum, piece) => sum + piece.length, 0) ?? 0;
      const framed = framing === 'length' ? { 'content-length': length } : { 'transfer-encoding': 'chunked' };
      const outgoing = request({
        host: '127.0.0.1',
        port,
        agent,
        method,
        path: target,
        headers: {
          ...headers,
          ...(body === undefined ? {} : framed),
          ...(expectsContinue === true ? { expect: '100-continue' } : {}),
        },
      });
      const sendBody = (): void => {
        for (const piece of body ?? []) outgoing.write(piece);
        outgoing.end();
      };
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(pieces),
          }),
        );
      });
      if (expectsContinue !== true) return sendBody();
      outgoing.once('continue', sendBody);
      outgoing.flushHeaders();
    });

  const signed = async (sent: Sent) => {
    const { method = 'PUT', target, headers = {} } = sent;
    const request = await signedLocally(world, { method, target, headers });
    return request.headers;
  };
  const sendSigned = async (sent: Sent): Promise<Reply> => send({ ...sent, headers: await signed(sent) });

  return {
    ...world,
    refusedModes,
    seenModes,
    completedUploads: () => completedUploads,
    objectKeys: () => [...store.bucket('demo').keys()],
    send,
    sendSigned,
    upload: async (name, data, framing, how = {}) => {
      const target = `/demo/${name}`;
      const announced = { ...framingHeaders(framing.mode, data.length), ...how.headers };
      const headers = await signed({ target, headers: announced });
      const wire = frame(data, framing, signedHead(Object.entries(headers), localKey.secretAccessKey));
      const { tamper = (bytes) => bytes, ...rest } = how;
      return send({ ...rest, target, headers, body: pieced(tamper(wire)) });
    },
    read: async (name) => (await sendSigned({ method: 'GET', target: `/demo/${name}` })).body,
    stop: async () => {
      agent.destroy();
      await world.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
