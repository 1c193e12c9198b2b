import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * aws-chunked by the documentation of Amazon S3 ("Signature calculations for the Authorization header: transferring
 * payload in multiple chunks", "… including trailing headers"), with node:crypto alone: the oracle for our own.
 */

export const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
export const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
export const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
export const streamingModes = [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER] as const;
export type Mode = (typeof streamingModes)[number];

/** What the signatures of the chunks go on from. */
export interface SignedHead {
  readonly secretAccessKey: string;
  readonly amzDate: string;
  readonly signature: string;
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** @returns the function that gives the next signature of the chain */
const chain = ({ secretAccessKey, amzDate, signature }: SignedHead) => {
  const day = amzDate.slice(0, 8);
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), 'us-east-1'), 's3'), 'aws4_request');
  let previous = signature;
  return (kind: 'PAYLOAD' | 'TRAILER', ...rest: string[]): string => {
    const scope = `${day}/us-east-1/s3/aws4_request`;
    const text = [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...rest].join('\n');
    previous = hmac(key, text).toString('hex');
    return previous;
  };
};

export const crc32Base64 = (data: Buffer): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
};

export const cut = (data: Buffer, chunkSize: number): Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < data.length; at += chunkSize) chunks.push(data.subarray(at, at + chunkSize));
  return chunks;
};

export interface Framing {
  readonly mode: Mode;
  readonly chunkSize: number;
  /** A whole trailer line without its end; the CRC-32 where absent. */
  readonly trailer?: string;
}

/** The wire, in the pieces a tampering hand would move about: one a chunk, then the last chunk with its trailer. */
export const framePieces = (data: Buffer, framing: Framing, head: SignedHead): Buffer[] => {
  const { mode, chunkSize, trailer = `x-amz-checksum-crc32:${crc32Base64(data)}` } = framing;
  const next = chain(head);
  const extension = (chunk: Buffer): string =>
    mode === UNSIGNED_TRAILER ? '' : `;chunk-signature=${next('PAYLOAD', sha256(''), sha256(chunk))}`;
  const pieces = cut(data, chunkSize).map((chunk) =>
    Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}${extension(chunk)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
  );
  const last = `0${extension(Buffer.alloc(0))}\r\n`;
  const lines = mode === SIGNED ? [] : [trailer];
  if (mode === SIGNED_TRAILER)
    lines.push(`x-amz-trailer-signature:${next('TRAILER', sha256(`${trailer}\n`))}`);
  return [...pieces, Buffer.from(`${last}${lines.map((line) => `${line}\r\n`).join('')}\r\n`)];
};

export const frame = (data: Buffer, framing: Framing, head: SignedHead): Buffer =>
  Buffer.concat(framePieces(data, framing, head));

/** The headers that announce the framing. */
export const framingHeaders = (mode: Mode, decodedLength: number): Record<string, string> => ({
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': mode,
  'x-amz-decoded-content-length': String(decodedLength),
  ...(mode === SIGNED ? {} : { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
});

/** Reads the wire, judging every signature in it. @throws Error that says what is wrong */
export const judgeWire = (wire: Buffer, mode: Mode, head: SignedHead): Buffer => {
  const next = chain(head);
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = wire.indexOf('\r\n', at);
    const [size = '', extension = ''] = wire.toString('latin1', at, lineEnd).split(';');
    const chunk = wire.subarray(lineEnd + 2, lineEnd + 2 + Number.parseInt(size, 16));
    const expected =
      mode === UNSIGNED_TRAILER ? '' : `chunk-signature=${next('PAYLOAD', sha256(''), sha256(chunk))}`;
    if (extension !== expected) throw new Error(`the signature of chunk ${chunks.length} is wrong`);
    chunks.push(chunk);
    at = lineEnd + 2 + chunk.length;
    if (chunk.length === 0) {
      judgeTrailer(wire.toString('latin1', at), mode, Buffer.concat(chunks), next);
      return Buffer.concat(chunks);
    }
    if (wire.toString('latin1', at, at + 2) !== '\r\n') throw new Error('a chunk has no end');
    at += 2;
  }
};

const judgeTrailer = (text: string, mode: Mode, data: Buffer, next: ReturnType<typeof chain>): void => {
  const checksum = `x-amz-checksum-crc32:${crc32Base64(data)}`;
  const lines = mode === SIGNED ? [] : [checksum];
  if (mode === SIGNED_TRAILER)
    lines.push(`x-amz-trailer-signature:${next('TRAILER', sha256(`${checksum}\n`))}`);
  if (text !== `${lines.map((line) => `${line}\r\n`).join('')}\r\n`) throw new Error('the trailer is wrong');
};

/** The parts of a request's signature that its chunks go on from. */
export const signedHead = (
  headers: readonly (readonly [name: string, value: string])[],
  secretAccessKey: string,
): SignedHead => {
  const headerOf = (wanted: string): string =>
    headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const [, signature = ''] = /Signature=([0-9a-f]{64})$/.exec(headerOf('authorization')) ?? [];
  return { secretAccessKey, amzDate: headerOf('x-amz-date'), signature };
};
