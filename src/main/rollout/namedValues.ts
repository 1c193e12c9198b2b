import type { Credential } from '../../shared/contract/credentials.ts';
import type { ValueNames } from '../../shared/contract/rollout.ts';
import { AppError } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import type { NamedValue } from './placeWriter.ts';

/** @param secret read, not taken over */
export const namedValues = (
  credential: Credential,
  names: ValueNames,
  secret: Secret,
): readonly NamedValue[] => {
  if (credential.kind === 'token' && 'token' in names) return [{ name: names.token, value: secret }];
  if (credential.kind === 'key' && 'accessKeyId' in names)
    return [
      { name: names.accessKeyId, value: Secret.of(credential.accessKeyId) },
      { name: names.secretAccessKey, value: secret },
    ];
  throw new AppError('CREDENTIAL_WRONG_KIND');
};
