import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  expectedAuthorization,
  localKey,
  type ProxyWorld,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const crc32Of = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

const framed = (text: string, checksum: string): string =>
  `${text.length.toString(16)}\r\n${text}\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`;

const upload = async (text: string, body: string, decodedLength = text.length) =>
  send(
    world.s3Port,
    await signedLocally(world, {
      method: 'PUT',
      target: '/demo/chunked',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': String(decodedLength),
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-sdk-checksum-algorithm': 'CRC32',
      },
      body,
    }),
  );

describe('an upload in aws-chunked framing', () => {
  it('arrives without the framing, plainly signed', async () => {
    const text = 'x'.repeat(100_000);
    const reply = await upload(text, framed(text, crc32Of(text)));
    expect(reply.status).toBe(200);
    const seen = world.upstream.only;
    expect(seen.body.toString()).toBe(text);
    expect(valuesOf(seen, 'content-length')).toEqual(['100000']);
    expect(valuesOf(seen, 'x-amz-content-sha256')).toEqual(['UNSIGNED-PAYLOAD']);
    for (const name of ['content-encoding', 'x-amz-trailer', 'x-amz-decoded-content-length'])
      expect(valuesOf(seen, name)).toEqual([]);
    expect(valuesOf(seen, 'authorization')).toEqual([await expectedAuthorization(seen)]);
  });

  it('may be empty', async () => {
    expect((await upload('', `0\r\nx-amz-checksum-crc32:${crc32Of('')}\r\n\r\n`)).status).toBe(200);
    expect(valuesOf(world.upstream.only, 'content-length')).toEqual(['0']);
  });

  it.each([
    ['whose checksum is wrong', 'hello', framed('hello', crc32Of('world')), 5],
    ['that is shorter than it said', 'hello', framed('hello', crc32Of('hello')), 6],
    ['that is longer than it said', 'hello', framed('hello', crc32Of('hello')), 4],
    ['that is not framed', 'hello', 'hello', 5],
    ['that is empty with a wrong checksum', '', framed('', 'AAAAAQ==').slice(4), 0],
  ])('%s makes no object', async (_, text, body, length) => {
    const reply = await upload(text, body, length);
    expect(reply.status).toBe(400);
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['PAYLOAD_MISMATCH']);
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
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
