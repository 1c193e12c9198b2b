import type { KeyCredential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { Secret } from '../lib/secret.ts';
import { formatAmzDate } from '../sigv4/amzDate.ts';
import { UNSIGNED_PAYLOAD } from '../sigv4/payloadHash.ts';
import { presignRequest } from '../sigv4/presignRequest.ts';
import { deriveSigningKey } from '../sigv4/signingKey.ts';
import { uriEncode } from '../sigv4/uriEncoding.ts';
import { chooseCredential } from './chooseCredential.ts';
import type { Grant } from './grants.ts';
import { tokenAmong } from './misplacedToken.ts';
import { judgeRequest } from './requestPolicy.ts';
import { REGION } from './s3Plan.ts';

/** The one request that a presigned URL stands for. */
export interface PresignTarget {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
}

export type PresignVerdict =
  | { readonly kind: 'allow'; readonly credential: KeyCredential }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

/** What would become of the request, were it made now. */
export const judgePresign = (grant: Grant, target: PresignTarget, nowMs: number): PresignVerdict => {
  const request = { method: target.method, rawPath: pathOf(target), rawQuery: '', headers: [] };
  const misplaced = tokenAmong([request.rawPath]);
  if (misplaced !== null) return { kind: 'refuse', code: misplaced };
  const decision = judgeRequest(grant, request, nowMs);
  if (decision.kind === 'refuse') return decision;
  const choice = chooseCredential(decision.need, grant.credentials, nowMs);
  switch (choice.kind) {
    case 'key':
      return { kind: 'allow', credential: choice.credential };
    case 'token':
      return { kind: 'refuse', code: 'CONNECTION_WRONG_KIND' };
    case 'refuse':
      return choice;
  }
};

export interface PresignKey {
  readonly origin: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

export const presignedUrl = (
  target: PresignTarget,
  { origin, accessKeyId, secretAccessKey }: PresignKey,
  expiresSeconds: number,
  nowMs: number,
): string => {
  const amzDate = formatAmzDate(nowMs);
  const { host } = new URL(origin);
  const rawPath = pathOf(target);
  const query = presignRequest(
    { method: target.method, rawPath, rawQuery: '', headers: [['host', host]] },
    {
      accessKeyId,
      signingKey: deriveSigningKey(secretAccessKey.reveal(), amzDate.slice(0, 8), REGION, 's3'),
      region: REGION,
      service: 's3',
      amzDate,
      payloadHash: UNSIGNED_PAYLOAD,
      expiresSeconds,
    },
  );
  return `${origin}${rawPath}?${query}`;
};

const pathOf = ({ bucket, key }: PresignTarget): string => {
  const bytes = Buffer.from(key, 'utf8').toString('latin1');
  return `/${bucket}/${bytes.split('/').map(uriEncode).join('/')}`;
};
