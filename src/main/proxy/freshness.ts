import type { SignatureClaim } from '../sigv4/signatureClaim.ts';

/** What clocks may differ by, and how long a signed request may take to get here. */
const FRESH_MS = 5 * 60_000;

/** The last moment at which the signature counts. */
export const freshUntilMs = ({ amzDateMs, expiresSeconds }: SignatureClaim): number =>
  amzDateMs + (expiresSeconds === undefined ? FRESH_MS : expiresSeconds * 1000);

export const isFresh = (claim: SignatureClaim, nowMs: number): boolean =>
  claim.amzDateMs <= nowMs + FRESH_MS && nowMs <= freshUntilMs(claim);
