import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Framing,
  frame,
  framingHeaders,
  judgeWire,
  type Mode,
  SIGNED,
  SIGNED_TRAILER,
  signedHead,
  streamingModes,
  UNSIGNED_TRAILER,
} from '../../helpers/awsChunks.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  expectedAuthorization,
  localKey,
  type ProxyWorld,
  realKey,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { RawConnection, requestBytes, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const upload = async (
  data: Buffer,
  framing: Framing,
  { tamper = (wire: Buffer): Buffer => wire, headers = {}, port = world.s3Port } = {},
) => {
  const request = await signedLocally(world, {
    method: 'PUT',
    target: '/demo/chunked',
    headers: { ...framingHeaders(framing.mode, data.length), ...headers },
  });
  const head = signedHead(Object.entries(request.headers), localKey.secretAccessKey);
  return send(port, { ...request, body: tamper(frame(data, framing, head)) });
};

const text = Buffer.from('x'.repeat(100_000));

describe('an upload in aws-chunked framing', () => {
  it.each(streamingModes)('of %s is passed on in its framing, signed anew', async (mode) => {
    const reply = await upload(text, { mode, chunkSize: 8_192 });
    expect(reply.status).toBe(200);
    const seen = world.upstream.only;
    expect(valuesOf(seen, 'authorization')).toEqual([await expectedAuthorization(seen)]);
    expect(judgeWire(seen.body, mode, signedHead(seen.headers, realKey.secretAccessKey))).toEqual(text);
    expect(valuesOf(seen, 'content-length')).toEqual([String(seen.body.length)]);
    expect(valuesOf(seen, 'content-encoding')).toEqual(['aws-chunked']);
    expect(valuesOf(seen, 'x-amz-content-sha256')).toEqual([mode]);
    expect(valuesOf(seen, 'x-amz-decoded-content-length')).toEqual(['100000']);
  });

  it('on an open port is signed chunk by chunk, whatever key the tool invented', async () => {
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const invented = await signedLocally(
      { s3Port: port, clock: world.clock },
      { method: 'PUT', target: '/demo/chunked', headers: framingHeaders(SIGNED_TRAILER, text.length) },
      { accessKeyId: 'INVENTED', secretAccessKey: 'invented' },
    );
    const head = signedHead(Object.entries(invented.headers), 'another');
    const body = frame(text, { mode: SIGNED_TRAILER, chunkSize: 8_192 }, head);
    expect((await send(port, { ...invented, body })).status).toBe(200);
    const seen = world.upstream.only;
    const judged = judgeWire(seen.body, SIGNED_TRAILER, signedHead(seen.headers, realKey.secretAccessKey));
    expect(judged).toEqual(text);
  });

  it('may be empty', async () => {
    const empty = Buffer.alloc(0);
    for (const mode of streamingModes) expect((await upload(empty, { mode, chunkSize: 1 })).status).toBe(200);
    expect(world.upstream.requests).toHaveLength(3);
    expect(world.upstream.requests.every(({ isComplete }) => isComplete)).toBe(true);
  });

  const replace = (from: string, to: string) => (wire: Buffer) =>
    Buffer.from(wire.toString('latin1').replace(from, to), 'latin1');
  it.each([
    ['whose checksum is wrong', UNSIGNED_TRAILER, replace('crc32:', 'crc32:A')],
    ['that is shorter than it said', UNSIGNED_TRAILER, replace(`2000\r\n${'x'.repeat(8_192)}\r\n`, '')],
    ['that is not framed', UNSIGNED_TRAILER, () => text],
    ['with another byte in it', SIGNED, replace('xx', 'xy')],
    ['with another signature in it', SIGNED, replace('signature=', 'signature=0')],
    ['with another trailer', SIGNED_TRAILER, replace('crc32:', 'crc32:A')],
    ['without its end', SIGNED, (wire: Buffer) => wire.subarray(0, -100)],
  ] as [string, Mode, (wire: Buffer) => Buffer][])('%s makes no object', async (_, mode, tamper) => {
    const reply = await upload(text, { mode, chunkSize: 8_192 }, { tamper });
    expect(reply.status).toBe(400);
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['PAYLOAD_MISMATCH']);
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('with a chunk that is too large to be held is refused with the reason and the remedy', async () => {
    const large = Buffer.alloc(16 * 1024 * 1024 + 1);
    const reply = await upload(large, { mode: SIGNED, chunkSize: large.length });
    expect([reply.status, ...valuesOf(reply, 'x-nfyio-vault-error')]).toEqual([
      400,
      'PAYLOAD_CHUNK_TOO_LARGE',
    ]);
    expect(reply.body).toMatch(/larger than 16 MiB.*chunk size of the tool/);
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('whose chunks would take all the memory is told to slow down, until others have passed or gone', async () => {
    const MIB = 1024 * 1024;
    await world.stop();
    world = await startProxyWorld({ maxChunkMemoryBytes: 10 * MIB });
    const mode = SIGNED;
    const data = Buffer.alloc(8 * MIB);
    const request = await signedLocally(world, {
      method: 'PUT',
      target: '/demo/stalls',
      headers: framingHeaders(mode, data.length),
    });
    const head = signedHead(Object.entries(request.headers), localKey.secretAccessKey);
    const body = frame(data, { mode, chunkSize: data.length }, head);
    const stalls = new RawConnection(world.s3Port);
    stalls.write(requestBytes(world.s3Port, { ...request, body }).subarray(0, -1_000));
    const arrivedBytes = (): number => world.proxy.requestsWith('key-1').running[0]?.bytesIn ?? 0;
    await eventually(() => expect(arrivedBytes()).toBeGreaterThan(data.length - 1_000));
    const reply = await upload(data, { mode, chunkSize: data.length });
    expect([reply.status, ...valuesOf(reply, 'x-nfyio-vault-error')]).toEqual([
      503,
      'PAYLOAD_CHUNKS_TOO_MANY',
    ]);
    world.clock.advance(1_000);
    expect((await upload(data, { mode, chunkSize: 65_536 })).status).toBe(200);
    world.clock.advance(1_000);
    stalls.socket.destroy();
    await eventually(() => expect(world.proxy.requestsWith('key-1').running).toEqual([]));
    expect((await upload(data, { mode, chunkSize: data.length })).status).toBe(200);
  });

  it('of the AWS SDK with its default checksum arrives as the object it was', async () => {
    const body = 'y'.repeat(300_000);
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${world.s3Port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: localKey,
      // The proxy's clock stands still at a moment of the test's choosing.
      systemClockOffset: world.clock.now() - Date.now(),
      maxAttempts: 1,
    });
    await client.send(new PutObjectCommand({ Bucket: 'demo', Key: 'sdk file+é', Body: body }));
    client.destroy();
    const seen = world.upstream.only;
    expect(seen.target).toContain('/demo/sdk%20file%2B%C3%A9');
    expect(createHash('sha256').update(seen.body).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
  });
});
