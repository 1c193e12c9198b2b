import { MAX_PRESIGN_SECONDS } from '../sigv4/presignRequest.ts';
import type { SignatureClaim } from '../sigv4/signatureClaim.ts';

/** What clocks may differ by, and how long a signed request may take to get here. */
const FRESH_MS = 5 * 60_000;

/** The last moment at which the signature counts. */
export const freshUntilMs = ({ amzDateMs, expiresSeconds }: SignatureClaim): number =>
  amzDateMs + (expiresSeconds === undefined ? FRESH_MS : expiresSeconds * 1000);

export const isFresh = (claim: SignatureClaim, nowMs: number): boolean =>
  claim.amzDateMs <= nowMs + FRESH_MS && nowMs <= freshUntilMs(claim);

/** Of a policy, which names its own end; like anything presigned it lives seven days at most. */
export const isFreshUntil = (amzDateMs: number, expiresAtMs: number, nowMs: number): boolean =>
  amzDateMs <= nowMs + FRESH_MS && nowMs <= Math.min(expiresAtMs, amzDateMs + MAX_PRESIGN_SECONDS * 1000);
