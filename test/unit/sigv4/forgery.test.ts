import { describe, expect, it } from 'vitest';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import type { HeaderPair, HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { changeOneByte, meaningOf } from './forgeries.ts';
import { isAccepted, optionsFor } from './ourSide.ts';
import { partsOf, randomRequest, type S3Request, SEED } from './randomRequests.ts';

const MUTATIONS = 50_000;
const MUTATIONS_PER_REQUEST = 25;
const TIMEOUT_MS = 300_000;

const signed = (request: S3Request, kind: 'header' | 'presigned'): HttpRequestParts => {
  const { 'x-amz-content-sha256': _, ...headers } = request.headers;
  const options = optionsFor(request, Object.keys(headers));
  const parts = partsOf(request, headers);
  if (kind === 'header') return { ...parts, headers: [...parts.headers, ...signRequest(parts, options)] };
  const { expiresSeconds } = request;
  const presigning = { ...options, payloadHash: 'UNSIGNED-PAYLOAD', expiresSeconds };
  return { ...parts, rawQuery: presignRequest(parts, presigning) };
};

/** Deriving takes longer than verifying, and a forger meets the same few keys. */
const remembered = (derive: typeof deriveSigningKey): typeof deriveSigningKey => {
  const keys = new Map<string, ReturnType<typeof derive>>();
  return (...scope) => {
    const name = scope.join('\n');
    const key = keys.get(name) ?? derive(...scope);
    if (keys.size < 10_000) keys.set(name, key);
    return key;
  };
};

describe('a forged request', () => {
  it.each(['header', 'presigned'] as const)(
    `is refused whichever byte of a genuine one was changed: ${MUTATIONS} changes, seed ${SEED} (%s)`,
    (kind) => {
      const random = new SeededRandom(SEED, kind.length);
      const keyOf = remembered(deriveSigningKey);
      const changesByPart = new Map<string, number>();
      const wronglyAccepted: unknown[] = [];
      const wronglyRefused: unknown[] = [];
      for (let changes = 0; changes < MUTATIONS; ) {
        const request = randomRequest(random);
        const genuine = signed(request, kind);
        const genuineMeaning = meaningOf(genuine);
        if (!isAccepted(genuine, request.secretAccessKey, keyOf)) wronglyRefused.push(genuine);
        for (let left = MUTATIONS_PER_REQUEST; left > 0; left -= 1) {
          const { part, forged } = changeOneByte(genuine, random);
          if (meaningOf(forged) === genuineMeaning) continue;
          if (isAccepted(forged, request.secretAccessKey, keyOf)) wronglyAccepted.push(forged);
          changesByPart.set(part, (changesByPart.get(part) ?? 0) + 1);
          changes += 1;
        }
      }
      expect(wronglyAccepted).toEqual([]);
      expect(wronglyRefused).toEqual([]);
      for (const part of ['method', 'path', 'query', 'host name', 'host value', 'x-amz-meta-a value'])
        expect([part, (changesByPart.get(part) ?? 0) > 500]).toEqual([part, true]);
      const carriers =
        kind === 'header'
          ? ['x-amz-date value', 'x-amz-content-sha256 value', 'authorization value', 'authorization name']
          : ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature'];
      for (const part of carriers) expect([part, (changesByPart.get(part) ?? 0) > 500]).toEqual([part, true]);
    },
    TIMEOUT_MS,
  );

  const request = randomRequest(new SeededRandom(SEED, 3));
  const kinds = ['header', 'presigned'] as const;
  const withHeader = (parts: HttpRequestParts, ...header: HeaderPair): HttpRequestParts => ({
    ...parts,
    headers: [...parts.headers, header],
  });

  it.each(kinds)('is refused when an x-amz- header was added unsigned (%s)', (kind) => {
    const genuine = signed(request, kind);
    expect(isAccepted(genuine, request.secretAccessKey)).toBe(true);
    const forged = withHeader(genuine, 'X-Amz-Copy-Source', '/other/secret');
    expect(isAccepted(forged, request.secretAccessKey)).toBe(false);
  });

  it.each(kinds)('is refused when a signed header was taken away (%s)', (kind) => {
    const headers = { ...request.headers, 'content-type': '' };
    const genuine = signed({ ...request, headers }, kind);
    expect(isAccepted(genuine, request.secretAccessKey)).toBe(true);
    const without = genuine.headers.filter(([name]) => name !== 'content-type');
    expect(isAccepted({ ...genuine, headers: without }, request.secretAccessKey)).toBe(false);
  });

  it.each(kinds)('is refused when there is a second host, even where both are signed (%s)', (kind) => {
    const genuine = signed(request, kind);
    expect(isAccepted(withHeader(genuine, 'Host', 'elsewhere'), request.secretAccessKey)).toBe(false);
    const { 'x-amz-content-sha256': _, ...headers } = request.headers;
    const twice = withHeader(partsOf({ ...request, query: {} }, headers), 'host', 'elsewhere');
    const added = signRequest(twice, optionsFor(request, Object.keys(headers)));
    const forged = { ...twice, headers: [...twice.headers, ...added] };
    expect(isAccepted(forged, request.secretAccessKey)).toBe(false);
  });
});
