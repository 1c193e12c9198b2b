import type { Credential, KeyCredential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { Secret } from '../lib/secret.ts';
import { STREAMING_SIGNED_TRAILER } from '../sigv4/payloadHash.ts';
import { type HttpRequestParts, headerValues } from '../sigv4/requestParts.ts';
import type { ChunkedBody } from './awsChunked.ts';
import { planBearer } from './bearerPlan.ts';
import { inPathStyle } from './bucketHost.ts';
import { chooseCredential } from './chooseCredential.ts';
import { type ArrivedRequest, guardEntry } from './entryGuard.ts';
import { freshUntilMs } from './freshness.ts';
import type { Grant, Grants } from './grants.ts';
import {
  type Identity,
  identifyBySignature,
  identifyByToken,
  identifyOpenPort,
  type LocalSignature,
} from './identify.ts';
import { capabilityPrefix } from './pathCapability.ts';
import { type PayloadPlan, planPayload, readFraming, withoutChunkHeaders } from './payloadPlan.ts';
import type { ReplayGuard } from './replayGuard.ts';
import { judgeRequest } from './requestPolicy.ts';
import { planS3 } from './s3Plan.ts';
import type { SigningKeys } from './signingKeys.ts';
import { stripInbound } from './stripInbound.ts';

/** Where a request came in. */
export interface Entrance {
  readonly kind: 's3' | 'api';
  /** Set on a port of its own, which needs no local authentication. */
  readonly openConnectionId: string | null;
}

export interface Preparation {
  readonly grants: Grants;
  readonly signingKeys: SigningKeys;
  readonly replays: ReplayGuard;
  readonly nowMs: number;
}

export interface Refused {
  readonly kind: 'refuse';
  readonly code: ErrorCode;
  readonly grant: Grant | null;
  /** As the policy read it; null when nothing came to be judged. */
  readonly rawPath: string | null;
}

/** Ready to be sent: authenticated for the upstream, and for nobody else to see. */
export interface Forward {
  readonly kind: 'forward';
  readonly grant: Grant;
  readonly credential: Credential;
  readonly origin: string;
  /** As the policy read it. */
  readonly rawPath: string;
  /** Signed for the moment given: a request that is sent again is signed again. */
  readonly sign: (nowMs: number) => HttpRequestParts;
  /** Of the body that goes upstream; null when it is known at its end only. */
  readonly contentLength: number | null;
  /** Set when the body arrives in chunk framing that has to come off. */
  readonly chunked: ChunkedBody | null;
  /** The access token or secret access key: it must not come back in a reply. */
  readonly secret: Secret;
  /** The part of the path by which a tool named its local token, or empty. */
  readonly capability: string;
  /** To be called when the upstream gave no answer: the same signature may try again. */
  allowRepeat(): void;
}

export const refused = (
  code: ErrorCode,
  grant: Grant | null = null,
  rawPath: string | null = null,
): Refused => ({ kind: 'refuse', code, grant, rawPath });

/** The passes of a request, in their order: guard, identify, judge, choose, plan, strip, sign, admit once. */
export const prepare = (
  arrived: Omit<ArrivedRequest, 'admitsBucketHosts'>,
  entrance: Entrance,
  preparation: Preparation,
): Forward | Refused => {
  const { grants, nowMs } = preparation;
  const admitsBucketHosts = entrance.kind === 's3' && entrance.openConnectionId === null;
  const entry = guardEntry({ ...arrived, admitsBucketHosts });
  if (entry.kind === 'refuse') return refused(entry.code);
  if (!grants.isUnlocked()) return refused('VAULT_LOCKED');

  const identity = inPathStyle(entry.bucketHost, identify(entry.request, entrance, preparation));
  if (identity.kind === 'refuse') return refused(identity.code);
  const { grant, request, signature } = identity;
  const refuse = (code: ErrorCode): Refused => refused(code, grant, request.rawPath);

  const decision = judgeRequest(grant, request, nowMs);
  if (decision.kind === 'refuse') return refuse(decision.code);
  const choice = chooseCredential(decision.need, grant.credentials, nowMs);
  if (choice.kind === 'refuse') return refuse(choice.code);
  if (grant.upstream === null) return refuse('UPSTREAM_UNREACHABLE');
  const upstream = new URL(grant.upstream);
  const common = {
    kind: 'forward',
    grant,
    credential: choice.credential,
    origin: upstream.origin,
    rawPath: request.rawPath,
    capability: grant.kind === 'api' ? capabilityPrefix(entry.request.rawPath, request.rawPath) : '',
  } as const;

  if (choice.kind === 'token') {
    const accessToken = grants.secretOf(choice.credential);
    const bearer = planBearer(stripInbound(request), upstream.host, accessToken);
    return {
      ...common,
      sign: () => bearer,
      contentLength: readFraming(request.headers).contentLength,
      chunked: null,
      secret: accessToken,
      allowRepeat: () => undefined,
    };
  }
  const payload = planPayload(request, signature?.claim.payloadHash ?? null);
  if (payload.kind === 'refuse') return refuse(payload.code);
  const signed = signForS3(request, signature, choice.credential, payload, upstream.host, preparation);
  const allowRepeat = admitOnce(request, signature, preparation);
  return allowRepeat === null ? refuse('AUTH_REPLAYED') : { ...common, ...signed, allowRepeat };
};

const identify = (
  request: HttpRequestParts,
  { kind, openConnectionId }: Entrance,
  { grants, signingKeys, nowMs }: Preparation,
): Identity => {
  if (openConnectionId !== null) return identifyOpenPort(openConnectionId, request, grants);
  return kind === 'api'
    ? identifyByToken(request, grants)
    : identifyBySignature(request, grants, signingKeys, nowMs);
};

const signForS3 = (
  request: HttpRequestParts,
  signature: LocalSignature | null,
  credential: KeyCredential,
  payload: Exclude<PayloadPlan, { kind: 'refuse' }>,
  upstreamHost: string,
  { grants, signingKeys }: Preparation,
): Pick<Forward, 'sign' | 'contentLength' | 'chunked' | 'secret'> => {
  const secret = grants.secretOf(credential);
  const stripped = stripInbound(request);
  const headers = payload.kind === 'dechunk' ? withoutChunkHeaders(stripped.headers) : stripped.headers;
  const signing = {
    upstreamHost,
    accessKeyId: credential.accessKeyId,
    signingKeyOf: (dateStamp: string, region: string) =>
      signingKeys.of(credential.id, secret, dateStamp, region),
    payloadHash: payload.payloadHash,
  };
  return {
    sign: (nowMs) => planS3({ ...stripped, headers }, { ...signing, nowMs }),
    contentLength:
      payload.kind === 'dechunk' ? payload.decodedLength : readFraming(request.headers).contentLength,
    chunked:
      payload.kind === 'dechunk'
        ? chunkedBody(request, payload.decodedLength, payload.isSigned, signature)
        : null,
    secret,
  };
};

/** What a signature changes, it changes once; reading may be repeated. */
const admitOnce = (
  { method }: HttpRequestParts,
  signature: LocalSignature | null,
  { replays, nowMs }: Preparation,
): (() => void) | null => {
  if (signature === null || method === 'GET' || method === 'HEAD') return () => undefined;
  const { claim } = signature;
  return replays.enter(claim.signature, freshUntilMs(claim), nowMs);
};

const chunkedBody = (
  request: HttpRequestParts,
  decodedLength: number,
  isSigned: boolean,
  signature: LocalSignature | null,
): ChunkedBody => {
  const [announced] = headerValues(request, 'x-amz-trailer');
  const trailerName = announced?.trim().toLowerCase() ?? null;
  if (!isSigned || signature === null) return { decodedLength, trailerName, signatures: null };
  const { claim, signingKey } = signature;
  return {
    decodedLength,
    trailerName,
    signatures: {
      signer: { signingKey, amzDate: claim.amzDate, scope: claim },
      seed: claim.signature,
      isTrailerSigned: claim.payloadHash === STREAMING_SIGNED_TRAILER,
    },
  };
};
