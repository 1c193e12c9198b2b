import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmzDate } from '../../../src/main/sigv4/amzDate.ts';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import { readSignature } from '../../../src/main/sigv4/readSignature.ts';
import type { HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { verifySignature } from '../../../src/main/sigv4/verifySignature.ts';
import { partsOf, type S3Request, s3Request } from './s3Requests.ts';

const accessKeyId = 'AKIDEXAMPLE';

const isAccepted = (parts: HttpRequestParts, request: S3Request): boolean => {
  const claim = readSignature(parts);
  if ((claim.kind !== 'header' && claim.kind !== 'presigned') || claim.accessKeyId !== accessKeyId)
    return false;
  const { dateStamp, region, service } = claim;
  return verifySignature(parts, claim, deriveSigningKey(request.secretAccessKey, dateStamp, region, service));
};

const signed = (request: S3Request, kind: 'header' | 'presigned'): HttpRequestParts => {
  const { 'x-amz-content-sha256': payloadHash = '', ...headers } = request.headers;
  const amzDate = formatAmzDate(request.signedAtMs);
  const options = {
    accessKeyId,
    signingKey: deriveSigningKey(request.secretAccessKey, amzDate.slice(0, 8), request.region, 's3'),
    region: request.region,
    service: 's3',
    amzDate,
    payloadHash: kind === 'header' ? payloadHash : 'UNSIGNED-PAYLOAD',
    signedHeaders: Object.keys(headers),
  };
  const parts = partsOf(request, headers);
  if (kind === 'header') return { ...parts, headers: [...parts.headers, ...signRequest(parts, options)] };
  return {
    ...parts,
    rawQuery: presignRequest(parts, { ...options, expiresSeconds: request.expiresSeconds }),
  };
};

const replaceAt = (text: string, position: number, character: string): string =>
  text.slice(0, position) + character + text.slice(position + 1);

/** Changes one byte of the request as it would stand on the wire. */
const mutate = (parts: HttpRequestParts, where: number, character: string): HttpRequestParts => {
  const fields = [parts.method, parts.rawPath, parts.rawQuery, ...parts.headers.flat()];
  let position = where % fields.join('').length;
  const mutated = fields.map((field) => {
    const isHere = position >= 0 && position < field.length;
    const result = isHere ? replaceAt(field, position, character) : field;
    position -= field.length;
    return result;
  });
  const [method = '', rawPath = '', rawQuery = '', ...flat] = mutated;
  const headers = parts.headers.map(
    (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? ''] as const,
  );
  return { method, rawPath, rawQuery, headers };
};

/** What a server would understand: two requests of equal meaning may share a signature. */
const meaning = (parts: HttpRequestParts): unknown => ({
  method: parts.method,
  path: unescape(parts.rawPath),
  query: parts.rawQuery
    .split('&')
    .map((pair) => unescape(pair.includes('=') ? pair : `${pair}=`).replaceAll('+', ' '))
    .filter((pair) => pair !== '=')
    .sort(),
  headers: parts.headers.map(([name, value]) => [
    name.toLowerCase(),
    value.trim().replace(/(?<==| )\s*,\s*|\s+/g, ' '),
  ]),
});

describe('a forged request', () => {
  for (const kind of ['header', 'presigned'] as const)
    it(`is refused whichever single byte of a genuine one was changed (${kind})`, () => {
      let refused = 0;
      fc.assert(
        fc.property(
          s3Request,
          fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0x20, max: 0x7e })), {
            minLength: 20,
            maxLength: 20,
          }),
          (request, changes) => {
            const genuine = signed(request, kind);
            expect(isAccepted(genuine, request)).toBe(true);
            for (const [where, code] of changes) {
              const forged = mutate(genuine, where, String.fromCharCode(code));
              if (JSON.stringify(meaning(forged)) === JSON.stringify(meaning(genuine))) continue;
              expect(isAccepted(forged, request), JSON.stringify(forged)).toBe(false);
              refused += 1;
            }
          },
        ),
        { numRuns: 500, seed: 20_261_123 },
      );
      expect(refused).toBeGreaterThan(8000);
    });

  const [request] = fc.sample(s3Request, { numRuns: 1, seed: 3 }) as [S3Request];

  it.each(['header', 'presigned'] as const)(
    'is refused when an x-amz- header was added unsigned (%s)',
    (kind) => {
      const genuine = signed(request, kind);
      const forged = {
        ...genuine,
        headers: [...genuine.headers, ['X-Amz-Copy-Source', '/other/secret'] as const],
      };
      expect(isAccepted(genuine, request)).toBe(true);
      expect(isAccepted(forged, request)).toBe(false);
    },
  );

  it('is refused when a signed header was taken away or a second host was added', () => {
    const genuine = signed({ ...request, headers: { ...request.headers, 'content-type': '' } }, 'header');
    const without = genuine.headers.filter(([name]) => name !== 'content-type');
    expect(isAccepted({ ...genuine, headers: without }, request)).toBe(false);
    const twice = [...genuine.headers, ['host', 'elsewhere'] as const];
    expect(isAccepted({ ...genuine, headers: twice }, request)).toBe(false);
  });
});
