import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  framePieces,
  framingHeaders,
  type Mode,
  signedHead,
  streamingModes,
} from '../../helpers/awsChunks.ts';
import { localKey, signedLocally } from './proxyWorld.ts';
import { type SandboxWorld, startSandboxWorld } from './sandboxWorld.ts';

let world: SandboxWorld;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.stop());

const TAMPERS = 1_000;
const PARALLEL = 8;

/** The same numbers at every run (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
type Random = ReturnType<typeof seeded>;

const flipBit = (bytes: Buffer, at: number, random: Random): void => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
};
/** Turns one byte into another that is a hex digit or a base64 character, too. */
const otherCharacter = (bytes: Buffer, at: number): void => {
  bytes[at] = bytes[at] === 0x37 ? 0x38 : 0x37;
};

/** Each changes the pieces of a framed body: one a chunk, then the last chunk with its trailer. */
const tampers: Readonly<Record<string, (pieces: Buffer[], mode: Mode, random: Random) => void>> = {
  data: (pieces, _mode, random) => {
    const piece = pieces[random(pieces.length - 1)] ?? Buffer.alloc(0);
    const from = piece.indexOf('\r\n') + 2;
    flipBit(piece, from + random(piece.length - 2 - from), random);
  },
  size: (pieces, _mode, random) => {
    const at = random(pieces.length);
    const text = pieces[at]?.toString('latin1') ?? '';
    const [size = ''] = /^[0-9a-f]+/.exec(text) ?? [];
    const other = Number.parseInt(size, 16) + 1 + random(20);
    pieces[at] = Buffer.from(other.toString(16) + text.slice(size.length), 'latin1');
  },
  signature: (pieces, mode, random) => {
    const piece = pieces[random(pieces.length)] ?? Buffer.alloc(0);
    const from = piece.indexOf('signature=') + 'signature='.length;
    if (mode === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') flipBit(piece, piece.indexOf('\r\n'), random);
    else otherCharacter(piece, from + random(64));
  },
  trailer: (pieces, mode, random) => {
    const last = pieces[pieces.length - 1] ?? Buffer.alloc(0);
    const from = last.indexOf(mode === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' ? 'signature=' : 'crc32:');
    otherCharacter(last, from + 'crc32:'.length + random(6));
  },
  order: (pieces) => {
    [pieces[0], pieces[1]] = [pieces[1] as Buffer, pieces[0] as Buffer];
  },
  truncation: (pieces, _mode, random) => {
    const whole = Buffer.concat(pieces);
    pieces.splice(0, pieces.length, whole.subarray(0, random(whole.length)));
  },
};

const sendTampered = async (number: number): Promise<[name: string, status: number]> => {
  const random = seeded(number);
  const names = Object.keys(tampers);
  const name = names[number % names.length] ?? '';
  const mode = streamingModes[random(streamingModes.length)] ?? streamingModes[0];
  const data = Buffer.from(Array.from({ length: 40 + random(400) }, () => random(256)));
  const target = `/demo/tampered-${number}`;
  const signed = await signedLocally(world, {
    method: 'PUT',
    target,
    headers: framingHeaders(mode, data.length),
  });
  const head = signedHead(Object.entries(signed.headers), localKey.secretAccessKey);
  const pieces = framePieces(data, { mode, chunkSize: 1 + random(39) }, head).map((piece) =>
    Buffer.from(piece),
  );
  const before = Buffer.concat(pieces);
  tampers[name]?.(pieces, mode, random);
  const body = Buffer.concat(pieces);
  if (body.equals(before)) otherCharacter(body, 0);
  const framing = random(2) === 0 ? ('length' as const) : ('chunked' as const);
  const { status } = await world.send({ target, headers: signed.headers, body: [body], framing });
  return [`${number}: ${name} of ${mode}`, status];
};

it(`makes no object of any of ${TAMPERS} tampered uploads, and never lets the endpoint see the end of one`, async () => {
  const passed: [string, number][] = [];
  for (let number = 0; number < TAMPERS; number += PARALLEL) {
    const batch = Array.from({ length: PARALLEL }, (_, index) => sendTampered(number + index));
    for (const [name, status] of await Promise.all(batch)) if (status !== 400) passed.push([name, status]);
  }
  expect(passed).toEqual([]);
  expect([world.objectKeys(), world.completedUploads()]).toEqual([[], 0]);
});
