import { formatAmzDate } from '../sigv4/amzDate.ts';
import type { HmacKey } from '../sigv4/hmacKey.ts';
import type { HeaderPair, HttpRequestParts } from '../sigv4/requestParts.ts';
import { signatureIn, signRequest } from '../sigv4/signRequest.ts';
import type { ChainStart } from './payload/chunkChain.ts';

export const REGION = 'us-east-1';

export interface S3Signing {
  readonly upstreamHost: string;
  readonly accessKeyId: string;
  readonly signingKeyOf: (dateStamp: string, region: string) => HmacKey;
  readonly payloadHash: string;
  readonly nowMs: number;
}

export interface SignedRequest {
  readonly request: HttpRequestParts;
  /** Where the signatures of its chunks go on from. */
  readonly chain: ChainStart;
}

/** @param stripped a request that carries no authentication any more */
export const planS3 = (stripped: HttpRequestParts, signing: S3Signing): SignedRequest => {
  const { upstreamHost, accessKeyId, payloadHash, nowMs } = signing;
  const amzDate = formatAmzDate(nowMs);
  const scope = { dateStamp: amzDate.slice(0, 8), region: REGION, service: 's3' };
  const signingKey = signing.signingKeyOf(scope.dateStamp, REGION);
  const host: HeaderPair = ['host', upstreamHost];
  const unsigned = { ...stripped, headers: [host, ...stripped.headers] };
  const added = signRequest(unsigned, { ...scope, accessKeyId, signingKey, amzDate, payloadHash });
  const request = { ...unsigned, headers: [...unsigned.headers, ...added] };
  return { request, chain: { signer: { signingKey, amzDate, scope }, seed: signatureIn(request) } };
};
