import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatAmzDate } from '../../../src/main/sigv4/amzDate.ts';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import type { HeaderPair, HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { isAccepted, optionsFor } from './ourSide.ts';
import { accessKeyId, randomRequest, rawQueryOf, type S3Request, SEED } from './randomRequests.ts';

const REQUESTS = 2_000;
const python = '/usr/bin/python3';
const isThere = spawnSync(python, ['-c', 'import botocore']).status === 0;

interface Signed {
  readonly url: string;
  readonly headers: readonly HeaderPair[];
}

interface Case {
  readonly kind: 'header' | 'presigned';
  readonly request: S3Request;
  readonly isDatedByHttpDate: boolean;
}

const signAll = (cases: readonly Case[]): readonly Signed[] => {
  const { stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'signWithBotocore.py')], {
    input: JSON.stringify(cases.map(forPython)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Signed[];
};

const urlOf = ({ path, query, headers }: S3Request): string => {
  const rawQuery = rawQueryOf(query);
  return `https://${headers.host}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`;
};

const forPython = ({ kind, request, isDatedByHttpDate }: Case) => {
  const { 'x-amz-content-sha256': _, ...headers } = request.headers;
  return {
    kind,
    accessKeyId,
    secretAccessKey: request.secretAccessKey,
    region: request.region,
    method: request.method,
    url: urlOf(request),
    headers: isDatedByHttpDate ? { ...headers, date: 'now' } : headers,
    body: kind === 'header' ? request.path : '',
    isPayloadSigned: request.payloadHash !== 'UNSIGNED-PAYLOAD',
    amzDate: formatAmzDate(request.signedAtMs),
    expiresSeconds: request.expiresSeconds,
  };
};

/** Botocore knows every parameter once when it presigns. */
const singleValued = (query: S3Request['query']): S3Request['query'] =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()[0] ?? '']));

const arrived = (request: S3Request, { url, headers }: Signed): HttpRequestParts => {
  const target = url.slice(`https://${request.headers.host}`.length);
  const [rawPath = '', rawQuery = ''] = target.split('?');
  return { method: request.method, rawPath, rawQuery, headers };
};

const signatureAsOurs = ({ kind, request }: Case, theirs: HttpRequestParts): boolean => {
  const find = (wanted: string): string =>
    theirs.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const unsigned = (names: readonly string[]): HttpRequestParts => ({
    ...theirs,
    rawQuery: rawQueryOf(request.query),
    headers: theirs.headers.filter(([name]) => names.includes(name.toLowerCase())),
  });
  if (kind === 'presigned') {
    const query = new URLSearchParams(theirs.rawQuery);
    const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
    const options = { ...optionsFor(request, names), payloadHash: 'UNSIGNED-PAYLOAD' };
    const ours = presignRequest(unsigned(names), { ...options, expiresSeconds: request.expiresSeconds });
    return new URLSearchParams(ours).get('X-Amz-Signature') === query.get('X-Amz-Signature');
  }
  const names = /SignedHeaders=([^,]+)/.exec(find('authorization'))?.[1]?.split(';') ?? [];
  const kept = names.filter((name) => name !== 'x-amz-date' && name !== 'x-amz-content-sha256');
  const options = { ...optionsFor(request, names), payloadHash: find('x-amz-content-sha256') };
  return Object.fromEntries(signRequest(unsigned(kept), options)).authorization === find('authorization');
};

describe.skipIf(!isThere)('next to the signer of boto3', () => {
  it(`signs and presigns ${REQUESTS} random requests the same way, and accepts its own (seed ${SEED})`, () => {
    const random = new SeededRandom(SEED, 4);
    const cases = Array.from({ length: REQUESTS }, (): Case => {
      const request = randomRequest(random);
      const kind = random.pick(['header', 'presigned'] as const);
      return kind === 'header'
        ? { kind, request, isDatedByHttpDate: random.chance(0.2) }
        : { kind, request: { ...request, query: singleValued(request.query) }, isDatedByHttpDate: false };
    });
    const signed = signAll(cases);
    expect(signed).toHaveLength(REQUESTS);
    const differing = cases.filter((one, index) => {
      const theirs = arrived(one.request, signed[index] as Signed);
      // We write no Date header; that one is read only.
      const isSame = one.isDatedByHttpDate || signatureAsOurs(one, theirs);
      return !isSame || !isAccepted(theirs, one.request.secretAccessKey);
    });
    expect(differing).toEqual([]);
  }, 120_000);
});
