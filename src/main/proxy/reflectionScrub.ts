import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { HeaderPair } from '../sigv4/requestParts.ts';

const MARK = '[redacted]';
export const MAX_SCRUBBED_BYTES = 1024 * 1024;
/** What compresses better than this is a bomb and not a message. */
const MAX_RATIO = 100;
const MIN_ALLOWED_BYTES = 4 * 1024;

export const scrubText = (text: string, patterns: readonly RegExp[]): string =>
  patterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, MARK), text);

/** @returns the decoded bytes, or null when they cannot be looked into */
export const decodeBody = async (body: Buffer, headers: readonly HeaderPair[]): Promise<Buffer | null> => {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const [coding] = codings;
  if (coding === undefined || body.length === 0) return body;
  const decompress = codings.length === 1 ? decompressors.get(coding) : undefined;
  if (decompress === undefined) return null;
  const maxOutputLength = Math.min(MAX_SCRUBBED_BYTES, Math.max(MIN_ALLOWED_BYTES, body.length * MAX_RATIO));
  return decompress(body, { maxOutputLength }).catch(() => null);
};

type Decompress = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const inflate = promisify(zlib.inflate) as Decompress;
const inflateRaw = promisify(zlib.inflateRaw) as Decompress;

const decompressors = new Map<string, Decompress>([
  ['gzip', promisify(zlib.gunzip) as Decompress],
  ['x-gzip', promisify(zlib.gunzip) as Decompress],
  // Some servers leave the zlib wrapper out, and browsers have always read both.
  ['deflate', (body, options) => inflate(body, options).catch(() => inflateRaw(body, options))],
  ['br', promisify(zlib.brotliDecompress) as Decompress],
  // Older Nodes have none; what they cannot read is withheld.
  ...('zstdDecompress' in zlib ? [['zstd', promisify(zlib.zstdDecompress) as Decompress] as const] : []),
]);
