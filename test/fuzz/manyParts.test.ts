import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frame, framingHeaders, judgeWire, SIGNED_TRAILER, signedHead } from '../helpers/awsChunks.ts';
import {
  localKey,
  type ProxyWorld,
  realKey,
  signedLocally,
  startProxyWorld,
} from '../integration/proxy/proxyWorld.ts';
import { type RecordedRequest, valuesOf } from '../integration/proxy/recordingUpstream.ts';

let world: ProxyWorld;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  world = await startProxyWorld();
});
afterAll(async () => {
  agent.destroy();
  await world.stop();
});

/** S3 admits ten thousand. */
const PARTS = Number(process.env.FUZZ_PARTS ?? 10_000);
const PARALLEL = 16;

const send = (port: number, method: string, path: string, headers: Record<string, string>, body: Buffer) =>
  new Promise<number>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      incoming.resume();
      incoming.once('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.end(body);
  });

/** In signed chunks, as a tool with the local key sends it. */
const sendChunked = async (target: string, data: Buffer): Promise<number> => {
  const headers = framingHeaders(SIGNED_TRAILER, data.length);
  const signed = await signedLocally(world, { method: 'PUT', target, headers });
  const head = signedHead(Object.entries(signed.headers), localKey.secretAccessKey);
  const wire = frame(data, { mode: SIGNED_TRAILER, chunkSize: 3 }, head);
  return send(world.s3Port, 'PUT', target, signed.headers, wire);
};

const dataOf = (part: RecordedRequest): Buffer => {
  const [word] = valuesOf(part, 'x-amz-content-sha256');
  if (word !== SIGNED_TRAILER) return part.body;
  return judgeWire(part.body, SIGNED_TRAILER, signedHead(part.headers, realKey.secretAccessKey));
};

it(`carries ${PARTS} parts of one object, sixteen at a time, plain and in chunks by turns`, {
  timeout: 600_000,
}, async () => {
  const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
  let next = 1;
  const sendParts = async (): Promise<void> => {
    for (let number = next++; number <= PARTS; number = next++) {
      const target = `/demo/parts?partNumber=${number}&uploadId=one`;
      const data = Buffer.from(`${number};`);
      const length = { 'content-length': String(data.length) };
      const status =
        number % 20 === 0 ? await sendChunked(target, data) : await send(port, 'PUT', target, length, data);
      expect([number, status]).toEqual([number, 200]);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, sendParts));

  const xml = Buffer.from(`<CompleteMultipartUpload>${'<Part/>'.repeat(PARTS)}</CompleteMultipartUpload>`);
  const length = { 'content-length': String(xml.length) };
  expect(await send(port, 'POST', '/demo/parts?uploadId=one', length, xml)).toBe(200);

  expect(world.upstream.requests).toHaveLength(PARTS + 1);
  expect(world.upstream.requests.at(-1)?.body).toEqual(xml);
  const arrived = new Map(
    world.upstream.requests.slice(0, PARTS).map((part) => [part.target.match(/\d+/)?.[0], part]),
  );
  for (let number = 1; number <= PARTS; number += 1) {
    const part = arrived.get(String(number));
    expect(part === undefined ? 'missing' : dataOf(part).toString()).toBe(`${number};`);
  }
});
