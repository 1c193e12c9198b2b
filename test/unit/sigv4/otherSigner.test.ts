import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { NodeSha256 } from '../../helpers/nodeSha256.ts';
import { isAccepted, optionsFor } from './ourSide.ts';
import { accessKeyId, partsOf, randomRequest, rawQueryOf, type S3Request, SEED } from './randomRequests.ts';

const REQUESTS = 10_000;
const TIMEOUT_MS = 300_000;

const smithy = (request: S3Request): SignatureV4 =>
  new SignatureV4({
    service: 's3',
    region: request.region,
    uriEscapePath: false,
    sha256: NodeSha256,
    credentials: { accessKeyId, secretAccessKey: request.secretAccessKey },
  });

const smithyRequest = (request: S3Request) => ({
  method: request.method,
  protocol: 'https:',
  hostname: 's3.nfyio.example',
  port: 7471,
  path: request.path,
  query: request.query as Record<string, string | string[]>,
  headers: { ...request.headers },
});

describe('next to the signer of the AWS SDK for JavaScript', () => {
  it(
    `signs ${REQUESTS} random requests the same way, and accepts what the other signed (seed ${SEED})`,
    async () => {
      const random = new SeededRandom(SEED, 1);
      const differing: unknown[] = [];
      for (let count = 0; count < REQUESTS; count += 1) {
        const request = randomRequest(random);
        const { headers } = await smithy(request).sign(smithyRequest(request), {
          signingDate: new Date(request.signedAtMs),
        });
        const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
        const { 'x-amz-content-sha256': _, ...unsigned } = request.headers;
        const ours = signRequest(partsOf(request, unsigned), optionsFor(request, names));
        const theirs = partsOf(request, headers);
        const agrees =
          Object.fromEntries(ours).authorization === headers.authorization &&
          isAccepted(theirs, request.secretAccessKey) &&
          !isAccepted(theirs, `${request.secretAccessKey}x`);
        if (!agrees) differing.push(request);
      }
      expect(differing).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    `presigns ${REQUESTS} random requests the same way, and accepts what the other presigned (seed ${SEED})`,
    async () => {
      const random = new SeededRandom(SEED, 2);
      const differing: unknown[] = [];
      for (let count = 0; count < REQUESTS; count += 1) {
        const request = randomRequest(random);
        const presigned = await smithy(request).presign(smithyRequest(request), {
          signingDate: new Date(request.signedAtMs),
          expiresIn: request.expiresSeconds,
          unhoistableHeaders: new Set(Object.keys(request.headers)),
          unsignableHeaders: new Set(['content-type']),
        });
        const query = presigned.query as Record<string, string>;
        const theirs = { ...partsOf(request, presigned.headers), rawQuery: rawQueryOf(query) };
        const names = (query['X-Amz-SignedHeaders'] ?? '').split(';');
        const ours = presignRequest(partsOf(request), {
          ...optionsFor(request, names),
          expiresSeconds: request.expiresSeconds,
        });
        const agrees =
          new URLSearchParams(ours).get('X-Amz-Signature') === query['X-Amz-Signature'] &&
          isAccepted(theirs, request.secretAccessKey) &&
          isAccepted({ ...theirs, rawQuery: ours }, request.secretAccessKey) &&
          !isAccepted({ ...theirs, rawQuery: `${theirs.rawQuery}&versionId=2` }, request.secretAccessKey);
        if (!agrees) differing.push(request);
      }
      expect(differing).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['/b/a+b', '/b/a+b'],
    ['/b/a+b', '/b/a%2Bb'],
    ['/b/%7euser', '/b/%7euser'],
    ['/b/%7euser', '/b/~user'],
    ['/b/%c3%a9//..', '/b/%C3%A9//..'],
    ['/b/a@b!', '/b/a%40b%21'],
    ['/b/100%', '/b/100%25'],
    ['', '/'],
  ])('accepts %j signed as %j: as it is sent, and in canonical form', async (sentPath, signedPath) => {
    const request = { ...randomRequest(new SeededRandom(SEED, 3)), query: {} };
    const signed = await smithy(request).sign(smithyRequest({ ...request, path: signedPath }), {
      signingDate: new Date(request.signedAtMs),
    });
    const parts = partsOf({ ...request, path: sentPath }, signed.headers);
    expect(isAccepted(parts, request.secretAccessKey)).toBe(true);
  });
});
