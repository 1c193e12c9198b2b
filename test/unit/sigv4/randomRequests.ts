import type { HeaderPair, HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import type { SeededRandom } from '../../fuzz/seededRandom.ts';

export const SEED = 20_261_123;
export const accessKeyId = 'AKIDEXAMPLE';

/** A random S3 request in the pieces that both our signer and another one can be given. */
export interface S3Request {
  readonly method: string;
  /** Percent-encoded as S3 clients do it. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** With `host` and `x-amz-content-sha256`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly signedAtMs: number;
  readonly expiresSeconds: number;
}

const keyPieces = [...'aB0 +%/~.?#&=*@!\'();:,$"<>[]{}|\\^`\t\u0001\u007fé漢😀', '//', '..', '%2F', '/./'];
const textPieces = [...'aZ9-._~ +%/?&=,;"*é漢😀'];
const names = ['prefix', 'list-type', 'uploads', 'uploadId', 'acl', 'x-id', 'a-b', 'a.b', 'a', 'A', 'é', '='];
const headerPieces = [...'abc XYZ 019,;="/', '  ', '\t'];
const dayMs = 86_400_000;
const secretAccessKeys = [
  'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  'short',
  `${'long/'.repeat(20)}secret`,
  'p+l/u=s &é',
];

const textOf = (random: SeededRandom, pieces: readonly string[], maxPieces: number): string =>
  Array.from({ length: random.below(maxPieces + 1) }, () => random.pick(pieces)).join('');

const hexOf = (random: SeededRandom): string =>
  Array.from({ length: 64 }, () => random.below(16).toString(16)).join('');

const randomQuery = (random: SeededRandom): Record<string, string | string[]> => {
  const query: Record<string, string | string[]> = {};
  for (let left = random.below(5); left > 0; left -= 1) {
    const name = random.pick(names) + textOf(random, textPieces, 2);
    const values = Array.from({ length: 1 + random.below(3) }, () => textOf(random, textPieces, 8));
    query[name] = random.chance(0.3) ? values : textOf(random, textPieces, 8);
  }
  return query;
};

export const randomRequest = (random: SeededRandom): S3Request => {
  const payloadHash = random.chance(0.5) ? 'UNSIGNED-PAYLOAD' : hexOf(random);
  const headers: Record<string, string> = {
    host: 's3.nfyio.example:7471',
    'x-amz-content-sha256': payloadHash,
  };
  for (let left = random.below(4); left > 0; left -= 1)
    headers[`x-amz-meta-${random.pick(['a', 'b', 'colour', 'a-b'])}`] = textOf(random, headerPieces, 12);
  if (random.chance(0.5)) headers['content-type'] = textOf(random, headerPieces, 6);
  if (random.chance(0.2)) headers.range = `bytes=${random.below(1000)}-`;
  return {
    method: random.pick(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']),
    path: `/bucket/${textOf(random, keyPieces, 14).split('/').map(strictEncode).join('/')}`,
    query: randomQuery(random),
    headers,
    payloadHash,
    secretAccessKey: random.pick(secretAccessKeys),
    region: random.pick(['us-east-1', 'eu-central-1', 'auto']),
    signedAtMs: Date.UTC(2001, 0, 1) + random.below(32_000) * dayMs + random.below(86_400) * 1000,
    expiresSeconds: 1 + random.below(604_800),
  };
};

export const strictEncode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const rawQueryOf = (query: S3Request['query']): string =>
  Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${strictEncode(name)}=${strictEncode(one)}`))
    .join('&');

export const partsOf = (
  request: S3Request,
  headers: Readonly<Record<string, string>> = request.headers,
): HttpRequestParts => ({
  method: request.method,
  rawPath: request.path,
  rawQuery: rawQueryOf(request.query),
  headers: Object.entries(headers) as HeaderPair[],
});
