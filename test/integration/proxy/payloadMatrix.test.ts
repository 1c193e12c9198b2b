import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamingModes, UNSIGNED_TRAILER } from '../../helpers/awsChunks.ts';
import { localKey } from './proxyWorld.ts';
import { pieced, type SandboxWorld, startSandboxWorld } from './sandboxWorld.ts';

let world: SandboxWorld;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.stop());

const KIB = 1024;
const MIB = 1024 * KIB;
/** Around the sizes of pieces and of chunks. */
const sizes = [
  ...[0, 1, 8 * KIB - 1, 8 * KIB, 8 * KIB + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1],
  ...[MIB - 1, MIB, MIB + 1, 5 * MIB + 3, 16 * MIB + 1, 129 * MIB],
];
const LARGE_BYTES = 16 * MIB;
/** In chunks of one byte. */
const SMALL_BYTES = 8 * KIB + 1;
const hows = (['length', 'chunked'] as const).flatMap((framing) =>
  [true, false].map((expectsContinue) => ({ framing, expectsContinue })),
);
/** A large body once: it takes a while. */
const howsFor = ({ length }: Buffer) => (length < LARGE_BYTES ? hows : hows.slice(-1));
const chunkSizesFor = ({ length }: Buffer): readonly number[] => {
  if (length >= LARGE_BYTES) return [MIB];
  return [...(length === SMALL_BYTES ? [1] : []), 8 * KIB, 64 * KIB, MIB];
};

/** No two stretches of it are alike, so that nothing can be lost or swapped unseen. */
const dataOf = (size: number): Buffer => {
  const data = Buffer.alloc(size);
  let state = 0x9e3779b9;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[at] = state >>> 24;
  }
  return data;
};
const bodies = sizes.map(dataOf);
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

const expectStored = async (key: string, data: Buffer): Promise<void> => {
  const stored = await world.read(key);
  expect([key, stored.length, sha256(stored)]).toEqual([key, data.length, sha256(data)]);
};

describe('a body of any size arrives as the object it was', () => {
  it.each(streamingModes)('in %s chunks of any size, however it is framed', async (mode) => {
    let uploads = 0;
    for (const data of bodies) {
      for (const chunkSize of chunkSizesFor(data))
        for (const how of howsFor(data)) {
          uploads += 1;
          const key = `${mode}-${data.length}-${chunkSize}-${how.framing}-${how.expectsContinue}`;
          const reply = await world.upload(key, data, { mode, chunkSize }, how);
          expect([key, reply.status]).toEqual([key, 200]);
          await expectStored(key, data);
        }
    }
    expect(world.seenModes.filter((seen) => seen === mode)).toHaveLength(uploads);
  });

  it.each([
    ['its exact hash', sha256],
    ['UNSIGNED-PAYLOAD', () => 'UNSIGNED-PAYLOAD'],
  ])('with %s, however it is framed', async (name, payloadWord) => {
    for (const data of bodies) {
      for (const how of howsFor(data)) {
        const key = `${name.replaceAll(' ', '-')}-${data.length}-${how.framing}-${how.expectsContinue}`;
        const headers = { 'x-amz-content-sha256': payloadWord(data) };
        const sent = { target: `/demo/${key}`, headers, body: pieced(data), ...how };
        expect([key, (await world.sendSigned(sent)).status]).toEqual([key, 200]);
        await expectStored(key, data);
      }
    }
  });

  it('of which nothing was announced, on an open port, however it is framed', async () => {
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    for (const data of bodies) {
      for (const how of howsFor(data)) {
        const key = `absent-${data.length}-${how.framing}-${how.expectsContinue}`;
        const reply = await world.send({ target: `/demo/${key}`, body: pieced(data), ...how }, port);
        expect([key, reply.status]).toEqual([key, 200]);
        await expectStored(key, data);
      }
    }
  });

  it('streamed by the AWS SDK, with the checksum it appends', async () => {
    for (const data of bodies) {
      // A client each: it would follow the clock of the endpoint, while the proxy's stands still.
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${world.s3Port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: localKey,
        systemClockOffset: world.clock.now() - Date.now(),
        maxAttempts: 1,
      });
      const Key = `sdk-${data.length}`;
      const Body = Readable.from(pieced(data), { objectMode: false });
      const put = { Bucket: 'demo', Key, Body, ContentLength: data.length } as const;
      await client.send(new PutObjectCommand({ ...put, ChecksumAlgorithm: 'CRC64NVME' }));
      client.destroy();
      await expectStored(Key, data);
    }
    expect(world.seenModes.at(-1)).toBe(UNSIGNED_TRAILER);
  });

  it('and is refused by the endpoint itself when it is not what its hash says', async () => {
    const headers = { 'x-amz-content-sha256': sha256(Buffer.from('body')) };
    const reply = await world.sendSigned({ target: '/demo/other', headers, body: [Buffer.from('b0dy')] });
    expect([reply.status, reply.body.toString()]).toEqual([
      400,
      expect.stringContaining('XAmzContentSHA256Mismatch'),
    ]);
    expect(world.objectKeys()).not.toContain('other');
  });
});
