import type { Credential, KeyCredential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { Secret } from '../lib/secret.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';
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
import { misplacedToken } from './misplacedToken.ts';
import { capabilityPrefix } from './pathCapability.ts';
import { readFraming } from './payload/bodyFraming.ts';
import type { ChainStart } from './payload/chunkChain.ts';
import type { ChunkedUpload } from './payload/chunkedUpload.ts';
import type { EndpointModes } from './payload/endpointModes.ts';
import { type PayloadPlan, planPayload } from './payload/payloadPlan.ts';
import { type FormRequest, readFormRequest } from './postPolicy/formRequest.ts';
import type { FormUpload } from './postPolicy/prepareForm.ts';
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
  readonly endpointModes: EndpointModes;
  readonly nowMs: number;
}

export interface Refused {
  readonly kind: 'refuse';
  readonly code: ErrorCode;
  readonly grant: Grant | null;
  /** As the policy read it; null when nothing came to be judged. */
  readonly rawPath: string | null;
}

/** A request whose body, if there is one, goes as it comes. */
export interface PlainUpload {
  readonly kind: 'plain';
  /** null when it is known at its end only. */
  readonly contentLength: number | null;
  /** Signed for the moment given: a request that is sent again is signed again. */
  sign(nowMs: number): HttpRequestParts;
}

/** Ready to be sent: authenticated for the upstream, and for nobody else to see. */
export interface Forward {
  readonly kind: 'forward';
  readonly grant: Grant;
  readonly credential: Credential;
  readonly origin: string;
  /** As the policy read it. */
  readonly rawPath: string;
  readonly payload: PlainUpload | ChunkedUpload | FormUpload;
  /** The access token or secret access key: it must not come back in a reply. */
  readonly secret: Secret;
  /** The part of the path by which a tool named its local token, or empty. */
  readonly capability: string;
  /** To be called when the upstream gave no answer: the same signature may try again. */
  allowRepeat(): void;
}

/** What is to be known of it is in its body: to be read up to the file, and then prepared as a form. */
export interface ArrivedForm {
  readonly kind: 'form';
  readonly form: FormRequest;
  readonly grant: null;
  readonly rawPath: null;
}

export const refused = (
  code: ErrorCode,
  grant: Grant | null = null,
  rawPath: string | null = null,
): Refused => ({ kind: 'refuse', code, grant, rawPath });

/** The passes of a request, in their order: guard, identify, strip, judge, choose, plan, sign, admit once. */
export const prepare = (
  arrived: Omit<ArrivedRequest, 'admitsBucketHosts'>,
  entrance: Entrance,
  preparation: Preparation,
): Forward | Refused | ArrivedForm => {
  const { grants, endpointModes, nowMs } = preparation;
  const admitsBucketHosts = entrance.kind === 's3' && entrance.openConnectionId === null;
  const entry = guardEntry({ ...arrived, admitsBucketHosts });
  if (entry.kind === 'refuse') return refused(entry.code);
  if (!grants.isUnlocked()) return refused('VAULT_LOCKED');
  // Its policy says nothing of the Host, so that it cannot prove the one that names a bucket.
  const form = admitsBucketHosts && entry.bucketHost === null ? readFormRequest(entry.request) : null;
  if (form !== null) return { kind: 'form', form, grant: null, rawPath: null };

  const identity = inPathStyle(entry.bucketHost, identify(entry.request, entrance, preparation));
  if (identity.kind === 'refuse') return refused(identity.code);
  const { grant, request, signature } = identity;
  const refuse = (code: ErrorCode): Refused => refused(code, grant, request.rawPath);

  const stripped = stripInbound(request);
  const misplaced = misplacedToken(stripped);
  if (misplaced !== null) return refuse(misplaced);
  const decision = judgeRequest(grant, stripped, nowMs);
  if (decision.kind === 'refuse') return refuse(decision.code);
  const choice = chooseCredential(decision.need, grant.credentials, nowMs);
  if (choice.kind === 'refuse') return refuse(choice.code);
  if (grant.upstream === null) return refuse('UPSTREAM_UNREACHABLE');
  const common = {
    kind: 'forward',
    grant,
    credential: choice.credential,
    origin: grant.upstream,
    rawPath: request.rawPath,
    capability: grant.kind === 'api' ? capabilityPrefix(entry.request.rawPath, request.rawPath) : '',
  } as const;

  if (choice.kind === 'token') {
    const accessToken = grants.secretOf(choice.credential);
    const bearer = planBearer(stripped, hostOf(grant.upstream), accessToken);
    return {
      ...common,
      payload: {
        kind: 'plain',
        contentLength: readFraming(request.headers).contentLength,
        sign: () => bearer,
      },
      secret: accessToken,
      allowRepeat: () => undefined,
    };
  }
  const plan = planPayload(request, signature?.claim.payloadHash ?? null, (mode) =>
    endpointModes.verdictOf(common.origin, mode),
  );
  if (plan.kind === 'refuse') return refuse(plan.code);
  const signed = signForS3(request, stripped, signature, choice.credential, plan, common.origin, preparation);
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
  stripped: HttpRequestParts,
  signature: LocalSignature | null,
  credential: KeyCredential,
  plan: Exclude<PayloadPlan, { kind: 'refuse' }>,
  origin: string,
  { grants, signingKeys }: Preparation,
): Pick<Forward, 'payload' | 'secret'> => {
  const secret = grants.secretOf(credential);
  const signing = {
    upstreamHost: hostOf(origin),
    accessKeyId: credential.accessKeyId,
    signingKeyOf: (dateStamp: string, region: string) =>
      signingKeys.of(credential.id, secret, dateStamp, region),
  };
  const { contentLength } = readFraming(request.headers);
  if (plan.kind === 'plain') {
    const { payloadHash } = plan;
    const sign = (nowMs: number) => planS3(stripped, { ...signing, payloadHash, nowMs }).request;
    return { payload: { kind: 'plain', contentLength, sign }, secret };
  }
  const payload: ChunkedUpload = {
    kind: plan.kind,
    origin,
    credentialId: credential.id,
    body: { ...plan, signedFrom: signature === null ? null : chainOf(signature) },
    contentLength,
    headers: stripped.headers,
    sign: (headers, payloadHash, nowMs) =>
      planS3({ ...stripped, headers }, { ...signing, payloadHash, nowMs }),
  };
  return { payload, secret };
};

const hostOf = (origin: string): string => origin.slice(origin.indexOf('//') + 2);

const chainOf = ({ claim, signingKey }: LocalSignature): ChainStart => ({
  signer: { signingKey, amzDate: claim.amzDate, scope: claim },
  seed: claim.signature,
});

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
