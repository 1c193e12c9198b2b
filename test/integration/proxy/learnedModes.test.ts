import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32Base64, type Mode, SIGNED, streamingModes, UNSIGNED_TRAILER } from '../../helpers/awsChunks.ts';
import { valuesOf } from './recordingUpstream.ts';
import { type Reply, type SandboxWorld, startSandboxWorld } from './sandboxWorld.ts';

let world: SandboxWorld;
beforeEach(async () => {
  world = await startSandboxWorld();
});
afterEach(() => world.stop());

const small = Buffer.from('small '.repeat(10_000));
const large = Buffer.alloc(3 * 1024 * 1024 + 1, 'large ');
const DAY_MS = 24 * 60 * 60_000;
const chunkSize = 65_536;

let uploads = 0;
/** Under a new key each time, so that no signature comes twice. */
const upload = (mode: Mode, data: Buffer, tamper = (wire: Buffer): Buffer => wire): Promise<Reply> => {
  uploads += 1;
  return world.upload(`upload-${uploads}`, data, { mode, chunkSize }, { tamper });
};
const lastUpload = (): Promise<Buffer> => world.read(`upload-${uploads}`);
const codeOf = ({ status, headers }: Reply): string => `${status} ${headers['x-nfyio-vault-error'] ?? ''}`;

describe('an endpoint that refuses a mode', () => {
  it.each(streamingModes)('is sent a small upload of %s again within the same request', async (mode) => {
    world.refusedModes.add(mode);
    const reply = await upload(mode, small);
    expect(reply.status).toBe(200);
    expect(await lastUpload()).toEqual(small);
    expect(world.seenModes).toEqual([mode, 'UNSIGNED-PAYLOAD']);
  });

  it('is not asked again the same day, and asked again the day after', async () => {
    world.refusedModes.add(SIGNED);
    await upload(SIGNED, small);
    await upload(SIGNED, small);
    world.clock.advance(DAY_MS - 1);
    await upload(SIGNED, small);
    expect(world.seenModes).toEqual([SIGNED, ...Array(3).fill('UNSIGNED-PAYLOAD')]);
    world.clock.advance(1);
    world.refusedModes.clear();
    expect((await upload(SIGNED, small)).status).toBe(200);
    expect(world.seenModes.at(-1)).toBe(SIGNED);
  });

  it('is told the checksum of a trailer in a header when it is known in time', async () => {
    world.refusedModes.add(UNSIGNED_TRAILER);
    const reply = await upload(UNSIGNED_TRAILER, small);
    expect(reply.headers['x-amz-checksum-crc32']).toBe(crc32Base64(small));
    await upload(UNSIGNED_TRAILER, large);
    expect((await upload(UNSIGNED_TRAILER, large)).headers['x-amz-checksum-crc32']).toBeUndefined();
  });

  it('keeps other modes, which it may well take', async () => {
    world.refusedModes.add(UNSIGNED_TRAILER);
    await upload(UNSIGNED_TRAILER, small);
    await upload(SIGNED, small);
    expect(world.seenModes.at(-1)).toBe(SIGNED);
  });

  it.each(streamingModes)('gets a large upload of %s at the second attempt at the latest', async (mode) => {
    world.refusedModes.add(mode);
    const first = await upload(mode, large);
    if (first.status !== 200) {
      expect([codeOf(first), first.headers['retry-after']]).toEqual(['503 PAYLOAD_MODE_LEARNED', '1']);
      expect((await upload(mode, large)).status).toBe(200);
    }
    expect(await lastUpload()).toEqual(large);
  });

  it.each(streamingModes)('gets no object of a converted upload of %s that is false', async (mode) => {
    world.refusedModes.add(mode);
    await upload(mode, small);
    const [objects, completed] = [world.objectKeys(), world.completedUploads()];
    for (const data of [small, large])
      for (const tamper of [
        (wire: Buffer) => Buffer.concat([wire.subarray(0, 100), Buffer.from('#'), wire.subarray(101)]),
        (wire: Buffer) => wire.subarray(0, -50),
        (wire: Buffer) => Buffer.from(wire.toString('latin1').replace(/crc32:.|$/, 'crc32:#'), 'latin1'),
      ])
        expect(codeOf(await upload(mode, data, tamper))).toBe('400 PAYLOAD_MISMATCH');
    expect([world.objectKeys(), world.completedUploads()]).toEqual([objects, completed]);
  });
});

describe('an endpoint that answers after it has read everything', () => {
  /** Refuses streaming modes with this reply; stores the rest. */
  const refuseWith = (status: number, code: string, message = ''): void => {
    world.grants.s3 = { ...world.grants.s3, upstream: world.upstream.origin };
    world.upstream.answer = (incoming, outgoing) => {
      incoming.resume();
      incoming.once('end', () => {
        const isStreaming = String(incoming.headers['x-amz-content-sha256']).startsWith('STREAMING-');
        if (!isStreaming) return outgoing.end();
        outgoing.writeHead(status, { 'content-type': 'application/xml' });
        return outgoing.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
      });
    };
  };
  const modesSeen = (): string[] =>
    world.upstream.requests.flatMap((request) => valuesOf(request, 'x-amz-content-sha256'));

  it.each([
    [501, 'NotImplemented', ''],
    [400, 'NotImplemented', ''],
    [403, 'XAmzContentSHA256Mismatch', ''],
    [400, 'InvalidArgument', 'aws-chunked encoding is not supported with x-amz-content-sha256'],
    [411, 'MissingContentLength', ''],
  ])('%i %s is converted for when it says so', async (status, code, message) => {
    refuseWith(status, code, message);
    expect((await upload(SIGNED, small)).status).toBe(200);
    expect((await upload(UNSIGNED_TRAILER, large)).headers['retry-after']).toBe('1');
    expect((await upload(UNSIGNED_TRAILER, large)).status).toBe(200);
    expect(modesSeen()).toEqual([SIGNED, 'UNSIGNED-PAYLOAD', UNSIGNED_TRAILER, 'UNSIGNED-PAYLOAD']);
    expect(world.upstream.requests.at(-1)?.body).toEqual(large);
  });

  it.each([
    [403, 'AccessDenied', 'Access Denied'],
    [400, 'InvalidArgument', 'Invalid storage class'],
    [404, 'NoSuchBucket', ''],
    [503, 'SlowDown', ''],
  ])('%i %s is not taken for a refusal of the mode', async (status, code, message) => {
    refuseWith(status, code, message);
    for (const data of [small, large]) {
      const reply = await upload(SIGNED, data);
      expect([reply.status, reply.body.toString()]).toEqual([status, expect.stringContaining(code)]);
    }
    expect(modesSeen()).toEqual([SIGNED, SIGNED]);
  });

  it('is converted for when it finds another signature where plain requests fit', async () => {
    refuseWith(403, 'SignatureDoesNotMatch');
    expect(codeOf(await upload(SIGNED, large))).toMatch(/^\d+ UPSTREAM_SIGNATURE$/);
    await world.sendSigned({ target: '/demo/plain', body: [small] });
    expect(codeOf(await upload(SIGNED, large))).toBe('503 PAYLOAD_MODE_LEARNED');
    expect((await upload(SIGNED, large)).status).toBe(200);
    expect((await upload(UNSIGNED_TRAILER, small)).status).toBe(200);
  });

  it('is not blamed on the mode when no signature fits', async () => {
    world.grants.s3 = { ...world.grants.s3, upstream: world.upstream.origin };
    world.upstream.answer = (incoming, outgoing) => {
      incoming.resume();
      incoming.once('end', () =>
        outgoing.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>'),
      );
    };
    for (let times = 0; times < 2; times += 1)
      expect(codeOf(await upload(SIGNED, small))).toMatch(/^\d+ UPSTREAM_SIGNATURE$/);
    expect(modesSeen()).toEqual([SIGNED, 'UNSIGNED-PAYLOAD', SIGNED, 'UNSIGNED-PAYLOAD']);
  });

  it('and took the mode before, asks for the retry once and is converted for from then on', async () => {
    await upload(SIGNED, small);
    world.refusedModes.add(SIGNED);
    expect(codeOf(await upload(SIGNED, small))).toBe('503 PAYLOAD_MODE_LEARNED');
    expect((await upload(SIGNED, small)).status).toBe(200);
    expect(world.seenModes).toEqual([SIGNED, SIGNED, 'UNSIGNED-PAYLOAD']);
  });

  it('with more than an error needs to be is not passed on', async () => {
    refuseWith(400, 'InvalidArgument', 'x'.repeat(2 * 1024 * 1024));
    expect(codeOf(await upload(SIGNED, small))).toMatch(/^\d+ ERROR_WITHHELD$/);
  });
});

describe('an endpoint that stores the framing as if it were data', () => {
  beforeEach(() => {
    world.grants.s3 = { ...world.grants.s3, upstream: world.upstream.origin };
    world.upstream.answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const md5 = createHash('md5');
      incoming.on('data', (piece: Buffer) => md5.update(piece));
      incoming.resume();
      incoming.once('end', () => outgoing.writeHead(200, { etag: `"${md5.digest('hex')}"` }).end());
    };
  });

  it.each(streamingModes)('is found out by its ETag and sent the plain object in %s', async (mode) => {
    expect((await upload(mode, small)).status).toBe(200);
    expect(world.upstream.requests.map(({ body }) => body.equals(small))).toEqual([false, true]);
  });

  it('is sent a large object again by the tool', async () => {
    expect(codeOf(await upload(SIGNED, large))).toBe('503 PAYLOAD_MODE_LEARNED');
    expect((await upload(SIGNED, large)).status).toBe(200);
    expect(world.upstream.requests.at(-1)?.body).toEqual(large);
  });
});
