import type { ErrorCode } from '../../../shared/errorCodes.ts';
import { parseAmzDate } from '../../sigv4/amzDate.ts';
import { ALGORITHM, parseCredential } from '../../sigv4/credentialScope.ts';
import { verifyPolicy } from '../../sigv4/postPolicy.ts';
import { isFreshUntil } from '../freshness.ts';
import type { Grant, Grants } from '../grants.ts';
import { findLocalKey } from '../identify.ts';
import type { SigningKeys } from '../signingKeys.ts';
import { type FormValues, type Policy, parsePolicy } from './policyDocument.ts';

export type FormIdentity =
  | { readonly kind: 'identified'; readonly grant: Grant; readonly policy: Policy }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

const refuse = (code: ErrorCode): FormIdentity => ({ kind: 'refuse', code });

/** Whose local key signed the policy of the form. Whether the form obeys it is another question. */
export const identifyForm = (
  values: FormValues,
  grants: Grants,
  signingKeys: SigningKeys,
  nowMs: number,
): FormIdentity => {
  const given = (name: string): string => values.get(name) ?? '';
  const policyBase64 = given('policy');
  if (policyBase64 === '' || given('x-amz-signature') === '')
    return refuse(values.has('awsaccesskeyid') ? 'AUTH_UNSUPPORTED' : 'AUTH_MISSING');
  if (given('x-amz-algorithm') !== ALGORITHM) return refuse('AUTH_UNSUPPORTED');
  const credential = parseCredential(given('x-amz-credential'));
  const amzDate = given('x-amz-date');
  const amzDateMs = parseAmzDate(amzDate);
  if (credential === null || amzDateMs === null || !amzDate.startsWith(credential.dateStamp))
    return refuse('AUTH_BAD_SIGNATURE');
  const key = findLocalKey(credential, grants, signingKeys);
  if (key.kind === 'refuse') return key;
  if (!verifyPolicy(policyBase64, given('x-amz-signature'), key.signingKey))
    return refuse('AUTH_BAD_SIGNATURE');
  const policy = parsePolicy(policyBase64);
  if (policy === null) return refuse('FORM_MALFORMED');
  return isFreshUntil(amzDateMs, policy.expiresAtMs, nowMs)
    ? { kind: 'identified', grant: key.grant, policy }
    : refuse('AUTH_STALE');
};
