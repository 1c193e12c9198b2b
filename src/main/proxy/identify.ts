import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { ScopedCredential } from '../sigv4/credentialScope.ts';
import type { HmacKey } from '../sigv4/hmacKey.ts';
import { readSignature } from '../sigv4/readSignature.ts';
import { type HttpRequestParts, headerValues } from '../sigv4/requestParts.ts';
import type { SignatureClaim } from '../sigv4/signatureClaim.ts';
import { verifySignature } from '../sigv4/verifySignature.ts';
import { isFresh } from './freshness.ts';
import type { Grant, Grants } from './grants.ts';
import { splitCapability } from './pathCapability.ts';
import type { SigningKeys } from './signingKeys.ts';

/** The local signature a request came with, proven; chunks of its body go on from there. */
export interface LocalSignature {
  readonly claim: SignatureClaim;
  readonly signingKey: HmacKey;
}

export type Identity =
  | {
      readonly kind: 'identified';
      readonly grant: Grant;
      /** Without a path capability: nothing behind this point sees it. */
      readonly request: HttpRequestParts;
      readonly signature: LocalSignature | null;
    }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

const refuse = (code: ErrorCode): Identity => ({ kind: 'refuse', code });

/** A port of its own stands for the connection; whatever the tool sends as credentials is ignored. */
export const identifyOpenPort = (
  connectionId: string,
  request: HttpRequestParts,
  grants: Grants,
): Identity => {
  const grant = grants.byConnectionId(connectionId);
  return grant === undefined
    ? refuse('AUTH_UNKNOWN')
    : { kind: 'identified', grant, request, signature: null };
};

export const identifyByToken = (request: HttpRequestParts, grants: Grants): Identity => {
  const authorizations = headerValues(request, 'authorization');
  const [authorization = ''] = authorizations;
  if (authorizations.length > 1) return refuse('MALFORMED_REQUEST');
  const [, bearer = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const capability = splitCapability(request.rawPath);
  const token = capability.token ?? bearer;
  if ([token, bearer].some((candidate) => candidate.startsWith('nfyio_at_')))
    return refuse('REAL_CREDENTIAL_REFUSED');
  if (token === '') {
    const isSigned = authorization.startsWith('AWS') || /(?:^|&)X-Amz-Algorithm=/.test(request.rawQuery);
    return refuse(isSigned ? 'CONNECTION_WRONG_KIND' : 'AUTH_MISSING');
  }
  const grant = grants.byToken(token);
  if (grant === undefined) return refuse('AUTH_UNKNOWN');
  if (grant.kind !== 'api') return refuse('CONNECTION_WRONG_KIND');
  return {
    kind: 'identified',
    grant,
    request: { ...request, rawPath: capability.rawPath },
    signature: null,
  };
};

export const identifyBySignature = (
  request: HttpRequestParts,
  grants: Grants,
  signingKeys: SigningKeys,
  nowMs: number,
): Identity => {
  if (splitCapability(request.rawPath).token?.startsWith('nfyio_') === true)
    return refuse('CONNECTION_WRONG_KIND');
  const claim = readSignature(request);
  if (claim.kind === 'none') return refuse('AUTH_MISSING');
  if (claim.kind === 'unsupported') return refuse(unsupportedCode(request, claim.algorithm));
  if (claim.kind === 'malformed') return refuse('AUTH_BAD_SIGNATURE');
  const key = findLocalKey(claim, grants, signingKeys);
  if (key.kind === 'refuse') return key;
  const { grant, signingKey } = key;
  if (!verifySignature(request, claim, signingKey)) return refuse('AUTH_BAD_SIGNATURE');
  // Judged after the signature: only who holds the key learns that it is the clock.
  if (!isFresh(claim, nowMs)) return refuse('AUTH_STALE');
  return { kind: 'identified', grant, request, signature: { claim, signingKey } };
};

/** The connection that a local access key id belongs to, and what its tool must have signed with. */
export const findLocalKey = (
  { accessKeyId, dateStamp, region, service }: ScopedCredential,
  grants: Grants,
  signingKeys: SigningKeys,
):
  | { readonly kind: 'found'; readonly grant: Grant; readonly signingKey: HmacKey }
  | { readonly kind: 'refuse'; readonly code: ErrorCode } => {
  if (service !== 's3') return { kind: 'refuse', code: 'AUTH_BAD_SIGNATURE' };
  const grant = grants.byAccessKeyId(accessKeyId);
  if (grant === undefined)
    return {
      kind: 'refuse',
      code: /^A[KS]IA/.test(accessKeyId) ? 'REAL_CREDENTIAL_REFUSED' : 'AUTH_UNKNOWN',
    };
  if (grant.kind !== 's3') return { kind: 'refuse', code: 'CONNECTION_WRONG_KIND' };
  const secret = grants.localSecretKey(grant.connectionId);
  const signingKey = signingKeys.of(`local ${grant.connectionId}`, secret, dateStamp, region);
  return { kind: 'found', grant, signingKey };
};

const unsupportedCode = (request: HttpRequestParts, algorithm: string): ErrorCode => {
  if (algorithm === 'Basic') return 'AUTH_MISSING';
  if (algorithm !== 'Bearer') return 'AUTH_UNSUPPORTED';
  const [authorization = ''] = headerValues(request, 'authorization');
  return authorization.includes('nfyio_at_') ? 'REAL_CREDENTIAL_REFUSED' : 'CONNECTION_WRONG_KIND';
};
