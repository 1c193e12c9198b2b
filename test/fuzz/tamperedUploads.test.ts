import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framePieces, framingHeaders, type Mode, signedHead, streamingModes } from '../helpers/awsChunks.ts';
import { localKey, signedLocally } from '../integration/proxy/proxyWorld.ts';
import { type SandboxWorld, startSandboxWorld } from '../integration/proxy/sandboxWorld.ts';
import { SeededRandom } from './seededRandom.ts';

let world: SandboxWorld;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.stop());

const TAMPERS = Number(process.env.FUZZ_TAMPERS ?? 10_000);
const PARALLEL = 8;

const flipBit = (bytes: Buffer, at: number, random: SeededRandom): void => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
};
/** Turns one byte into another that is a hex digit or a base64 character, too. */
const otherCharacter = (bytes: Buffer, at: number): void => {
  bytes[at] = bytes[at] === 0x37 ? 0x38 : 0x37;
};

/** Each changes the pieces of a framed body: one a chunk, then the last chunk with its trailer. */
const tampers: Readonly<Record<string, (pieces: Buffer[], mode: Mode, random: SeededRandom) => void>> = {
  data: (pieces, _mode, random) => {
    const piece = pieces[random.below(pieces.length - 1)] ?? Buffer.alloc(0);
    const from = piece.indexOf('\r\n') + 2;
    flipBit(piece, from + random.below(piece.length - 2 - from), random);
  },
  size: (pieces, _mode, random) => {
    const at = random.below(pieces.length);
    const text = pieces[at]?.toString('latin1') ?? '';
    const [size = ''] = /^[0-9a-f]+/.exec(text) ?? [];
    const other = Number.parseInt(size, 16) + 1 + random.below(20);
    pieces[at] = Buffer.from(other.toString(16) + text.slice(size.length), 'latin1');
  },
  signature: (pieces, mode, random) => {
    const piece = pieces[random.below(pieces.length)] ?? Buffer.alloc(0);
    const from = piece.indexOf('signature=') + 'signature='.length;
    if (mode === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') flipBit(piece, piece.indexOf('\r\n'), random);
    else otherCharacter(piece, from + random.below(64));
  },
  trailer: (pieces, mode, random) => {
    const last = pieces[pieces.length - 1] ?? Buffer.alloc(0);
    const from = last.indexOf(mode === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' ? 'signature=' : 'crc32:');
    otherCharacter(last, from + 'crc32:'.length + random.below(6));
  },
  order: (pieces) => {
    [pieces[0], pieces[1]] = [pieces[1] as Buffer, pieces[0] as Buffer];
  },
  truncation: (pieces, _mode, random) => {
    const whole = Buffer.concat(pieces);
    pieces.splice(0, pieces.length, whole.subarray(0, random.below(whole.length)));
  },
};

const sendTampered = async (number: number): Promise<[name: string, status: number]> => {
  const random = new SeededRandom(number);
  const names = Object.keys(tampers);
  const name = names[number % names.length] ?? '';
  const mode = random.pick(streamingModes);
  const data = Buffer.from(Array.from({ length: 40 + random.below(400) }, () => random.below(256)));
  const target = `/demo/tampered-${number}`;
  const signed = await signedLocally(world, {
    method: 'PUT',
    target,
    headers: framingHeaders(mode, data.length),
  });
  const head = signedHead(Object.entries(signed.headers), localKey.secretAccessKey);
  const pieces = framePieces(data, { mode, chunkSize: 1 + random.below(39) }, head).map((piece) =>
    Buffer.from(piece),
  );
  const before = Buffer.concat(pieces);
  tampers[name]?.(pieces, mode, random);
  const body = Buffer.concat(pieces);
  if (body.equals(before)) otherCharacter(body, 0);
  const framing = random.pick(['length', 'chunked'] as const);
  const { status } = await world.send({ target, headers: signed.headers, body: [body], framing });
  return [`${number}: ${name} of ${mode}`, status];
};

const tamperWith = async (count: number): Promise<void> => {
  const [objects, completed] = [world.objectKeys(), world.completedUploads()];
  const passed: [string, number][] = [];
  for (let number = 0; number < count; number += PARALLEL) {
    const batch = Array.from({ length: PARALLEL }, (_, index) => sendTampered(number + index));
    for (const [name, status] of await Promise.all(batch)) if (status !== 400) passed.push([name, status]);
  }
  expect(passed).toEqual([]);
  expect([world.objectKeys(), world.completedUploads()]).toEqual([objects, completed]);
};

describe('an endpoint sees the end of no tampered upload, so that no object comes of it', () => {
  it(`in its own mode, ${TAMPERS} times`, { timeout: 600_000 }, () => tamperWith(TAMPERS));

  it(`converted, ${TAMPERS} times`, { timeout: 600_000 }, async () => {
    const data = Buffer.from('data');
    for (const mode of streamingModes) {
      world.refusedModes.add(mode);
      expect((await world.upload(mode, data, { mode, chunkSize: 4 })).status).toBe(200);
    }
    world.clock.advance(60_000);
    await tamperWith(TAMPERS);
  });
});
