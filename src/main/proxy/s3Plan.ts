import { formatAmzDate } from '../sigv4/amzDate.ts';
import type { HmacKey } from '../sigv4/hmacKey.ts';
import type { HeaderPair, HttpRequestParts } from '../sigv4/requestParts.ts';
import { signRequest } from '../sigv4/signRequest.ts';

const REGION = 'us-east-1';

export interface S3Signing {
  readonly upstreamHost: string;
  readonly accessKeyId: string;
  readonly signingKeyOf: (dateStamp: string, region: string) => HmacKey;
  readonly payloadHash: string;
  readonly nowMs: number;
}

/** @param stripped a request that carries no authentication any more */
export const planS3 = (stripped: HttpRequestParts, signing: S3Signing): HttpRequestParts => {
  const amzDate = formatAmzDate(signing.nowMs);
  const host: HeaderPair = ['host', signing.upstreamHost];
  const request = { ...stripped, headers: [host, ...stripped.headers] };
  const added = signRequest(request, {
    accessKeyId: signing.accessKeyId,
    signingKey: signing.signingKeyOf(amzDate.slice(0, 8), REGION),
    region: REGION,
    service: 's3',
    amzDate,
    payloadHash: signing.payloadHash,
  });
  return { ...request, headers: [...request.headers, ...added] };
};
