import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmzDate } from '../../../src/main/sigv4/amzDate.ts';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import { readSignature } from '../../../src/main/sigv4/readSignature.ts';
import type { HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { verifySignature } from '../../../src/main/sigv4/verifySignature.ts';
import { partsOf, rawQueryOf, type S3Request, s3Request } from './s3Requests.ts';

const accessKeyId = 'AKIDEXAMPLE';
const runs = { numRuns: 2000, seed: 20_261_123 };

const smithy = (request: S3Request): SignatureV4 =>
  new SignatureV4({
    service: 's3',
    region: request.region,
    uriEscapePath: false,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey: request.secretAccessKey },
  });

const smithyRequest = (request: S3Request) => ({
  method: request.method,
  protocol: 'https:',
  hostname: 's3.nfyio.example',
  port: 7471,
  path: request.path,
  query: { ...request.query },
  headers: { ...request.headers },
});

const isAccepted = (parts: HttpRequestParts, secretAccessKey: string): boolean => {
  const claim = readSignature(parts);
  if (claim.kind !== 'header' && claim.kind !== 'presigned') return false;
  return verifySignature(
    parts,
    claim,
    deriveSigningKey(secretAccessKey, claim.dateStamp, claim.region, claim.service),
  );
};

const optionsFor = (request: S3Request, signedHeaders: readonly string[]) => {
  const amzDate = formatAmzDate(request.signedAtMs);
  return {
    accessKeyId,
    signingKey: deriveSigningKey(request.secretAccessKey, amzDate.slice(0, 8), request.region, 's3'),
    region: request.region,
    service: 's3',
    amzDate,
    payloadHash: request.headers['x-amz-content-sha256'] ?? '',
    signedHeaders,
  };
};

describe('next to the signer of the AWS SDK for JavaScript', () => {
  it('signs every request the same way, and accepts what the other signed', () =>
    fc.assert(
      fc.asyncProperty(s3Request, async (request) => {
        const signed = await smithy(request).sign(smithyRequest(request), {
          signingDate: new Date(request.signedAtMs),
        });
        const { 'x-amz-content-sha256': _, ...headers } = request.headers;
        const signedHeaders =
          /SignedHeaders=([^,]+)/.exec(signed.headers.authorization ?? '')?.[1]?.split(';') ?? [];
        const ours = signRequest(partsOf(request, headers), optionsFor(request, signedHeaders));
        expect(Object.fromEntries(ours).authorization).toBe(signed.headers.authorization);
        expect(isAccepted(partsOf(request, signed.headers), request.secretAccessKey)).toBe(true);
        expect(isAccepted(partsOf(request, signed.headers), `${request.secretAccessKey}x`)).toBe(false);
      }),
      runs,
    ));

  it('presigns every request the same way, and accepts what the other presigned', () =>
    fc.assert(
      fc.asyncProperty(s3Request, async (request) => {
        const presigned = await smithy(request).presign(smithyRequest(request), {
          signingDate: new Date(request.signedAtMs),
          expiresIn: request.expiresSeconds,
          unhoistableHeaders: new Set(Object.keys(request.headers)),
          unsignableHeaders: new Set(['content-type']),
        });
        const query = presigned.query as Record<string, string>;
        const sent = { ...partsOf(request, presigned.headers), rawQuery: rawQueryOf(query) };
        const options = optionsFor(request, (query['X-Amz-SignedHeaders'] ?? '').split(';'));
        const ours = presignRequest(partsOf(request), { ...options, expiresSeconds: request.expiresSeconds });
        expect(new URLSearchParams(ours).get('X-Amz-Signature')).toBe(query['X-Amz-Signature']);
        expect(isAccepted(sent, request.secretAccessKey)).toBe(true);
        expect(
          isAccepted({ ...sent, rawQuery: `${sent.rawQuery}&versionId=2` }, request.secretAccessKey),
        ).toBe(false);
      }),
      runs,
    ));

  it('accepts a client that signs a path as it sends it, and the same path in canonical form', async () => {
    const request = { ...fc.sample(s3Request, { numRuns: 1, seed: 7 })[0], query: {} } as S3Request;
    for (const [sentPath, signedPath] of [
      ['/b/a+b', '/b/a+b'],
      ['/b/a+b', '/b/a%2Bb'],
      ['/b/%7euser', '/b/%7euser'],
      ['/b/%7euser', '/b/~user'],
      ['/b/%c3%a9//..', '/b/%C3%A9//..'],
      ['/b/a@b!', '/b/a%40b%21'],
      ['/b/100%', '/b/100%25'],
    ] as const) {
      const signed = await smithy(request).sign(smithyRequest({ ...request, path: signedPath }), {
        signingDate: new Date(request.signedAtMs),
      });
      const parts = partsOf({ ...request, path: sentPath }, signed.headers);
      expect([sentPath, signedPath, isAccepted(parts, request.secretAccessKey)]).toEqual([
        sentPath,
        signedPath,
        true,
      ]);
    }
  });
});
