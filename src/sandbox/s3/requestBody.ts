import { createHash } from 'node:crypto';
import type { Caller } from './authenticate.ts';
import { type Checksum, type ChecksumName, checksumNames, createChecksum } from './checksums.ts';
import { decodeChunks } from './chunkDecoder.ts';
import { type PayloadPlan, payloadPlan } from './payloadPlan.ts';
import { S3Error } from './s3Error.ts';
import { headerOf, type S3Request } from './s3Request.ts';

export interface RequestBody {
  /** Ends without an error only when the body is what hash, signatures, length and checksums say it is. */
  readonly bytes: AsyncIterable<Buffer>;
  /** The checksum the client gave, as a header; known when the body has been read. */
  checksumHeader(): Readonly<Record<string, string>>;
}

interface Announced {
  readonly name: ChecksumName;
  readonly running: Checksum;
  /** null until the trailer brings it. */
  expected: string | null;
}

export const requestBody = (request: S3Request, caller: Caller): RequestBody => {
  const plan = payloadPlan(
    caller.claim.payloadHash,
    headerOf(request, 'content-encoding'),
    headerOf(request, 'x-amz-decoded-content-length'),
  );
  const checksum = announcedChecksum(request);
  const onTrailer = (name: string, value: string): void => {
    if (checksum === null || name !== `x-amz-checksum-${checksum.name}` || checksum.expected !== null)
      throw new S3Error('InvalidRequest', 'A trailer was not announced in x-amz-trailer.');
    checksum.expected = value;
  };
  return {
    bytes: proven(unframed(request, caller, plan, onTrailer), plan, checksum, announcedMd5(request)),
    checksumHeader: () =>
      typeof checksum?.expected === 'string'
        ? { [`x-amz-checksum-${checksum.name}`]: checksum.expected }
        : {},
  };
};

/** Reads a body that is held in memory, and bounded therefore. */
export const readSmallBody = async (
  request: S3Request,
  caller: Caller,
  maxBytes: number,
): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of requestBody(request, caller).bytes) {
    size += chunk.length;
    if (size > maxBytes) throw new S3Error('MaxMessageLengthExceeded');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const announcedMd5 = (request: S3Request): string | null => {
  const md5 = headerOf(request, 'content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) throw new S3Error('InvalidDigest');
  return md5 ?? null;
};

const announcedChecksum = (request: S3Request): Announced | null => {
  const trailer = headerOf(request, 'x-amz-trailer')?.trim().toLowerCase();
  const inHeader = checksumNames.filter((name) => headerOf(request, `x-amz-checksum-${name}`) !== undefined);
  const inTrailer = checksumNames.filter((name) => trailer === `x-amz-checksum-${name}`);
  const [name, ...others] = [...inHeader, ...inTrailer];
  if (others.length > 0) throw new S3Error('InvalidRequest', 'There is more than one checksum.');
  if (trailer !== undefined && inTrailer.length === 0)
    throw new S3Error('InvalidRequest', 'x-amz-trailer names no checksum that is supported.');
  if (name === undefined) return null;
  return {
    name,
    running: createChecksum(name),
    expected: headerOf(request, `x-amz-checksum-${name}`) ?? null,
  };
};

const unframed = (
  request: S3Request,
  caller: Caller,
  plan: PayloadPlan,
  onTrailer: (name: string, value: string) => void,
): AsyncIterable<Buffer> => {
  // The connection outlives a refused body: the answer still has to go out on it.
  const wire = request.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (plan.kind !== 'chunked') return wire;
  const { amzDate, signature } = caller.claim;
  return decodeChunks(wire, {
    signer: plan.isSigned ? { signingKey: caller.signingKey, amzDate, scope: caller.claim } : null,
    seedSignature: signature,
    hasTrailer: plan.hasTrailer,
    decodedLength: plan.decodedLength,
    onTrailer,
  });
};

async function* proven(
  source: AsyncIterable<Buffer>,
  plan: PayloadPlan,
  checksum: Announced | null,
  expectedMd5: string | null,
): AsyncGenerator<Buffer, void> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  for await (const chunk of source) {
    if (plan.kind === 'exact') sha256.update(chunk);
    if (expectedMd5 !== null) md5.update(chunk);
    checksum?.running.update(chunk);
    yield chunk;
  }
  if (plan.kind === 'exact' && sha256.digest('hex') !== plan.sha256)
    throw new S3Error('XAmzContentSHA256Mismatch');
  if (expectedMd5 !== null && md5.digest('base64') !== expectedMd5) throw new S3Error('BadDigest');
  if (checksum !== null && checksum.running.base64() !== checksum.expected) throw new S3Error('BadDigest');
}
