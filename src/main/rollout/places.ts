import { isDeepStrictEqual } from 'node:util';
import type { CredentialKind } from '../../shared/contract/credentials.ts';
import type { TargetKind, TargetPlace, ValueNames } from '../../shared/contract/rollout.ts';
import { usualNames } from '../../shared/usualNames.ts';
import { AppError } from '../lib/appError.ts';
import { placeAddress } from './places/placeAddress.ts';

const invalid = (detail: string, hint?: string): AppError =>
  new AppError('INVALID_INPUT', { detail, ...(hint === undefined ? {} : { hint }) });

const local: ReadonlySet<TargetKind> = new Set(['awsProfile', 'dotenv', 'command']);
/** Where a name is a variable of an environment. */
const variables: ReadonlySet<TargetKind> = new Set(['dotenv', 'githubActions']);

export const namesIn = (names: ValueNames): readonly string[] =>
  'token' in names ? [names.token] : [names.accessKeyId, names.secretAccessKey];

/** Those wanted, or those that are usual there. @throws AppError INVALID_INPUT */
export const namesFor = (
  place: TargetPlace,
  kind: CredentialKind,
  wanted: ValueNames | undefined,
): ValueNames => {
  if (place.kind === 'awsProfile' && kind === 'token')
    throw invalid('A profile of AWS holds access keys alone.', 'Choose an access key, or another place.');
  const names = wanted ?? usualNames(place.kind, kind);
  if ((kind === 'token') !== 'token' in names)
    throw invalid(
      kind === 'token' ? 'names: a token has the one name "token".' : 'names: an access key has two names.',
    );
  const all = namesIn(names);
  if (new Set(all).size < all.length) throw invalid('names: the two values need two names.');
  if (place.kind === 'awsProfile' && !isDeepStrictEqual(names, usualNames('awsProfile', kind)))
    throw invalid('names: AWS gives the values of a profile their names.');
  if (variables.has(place.kind) && all.some((name) => !/^\w+$/.test(name)))
    throw invalid('names: a variable has letters, digits and _ alone.');
  return names;
};

const urlOf = (place: TargetPlace): string | null => {
  if (place.kind === 'vaultKv') return place.url;
  if (place.kind === 'githubActions') return place.apiUrl;
  return place.kind === 'awsSecretsManager' || place.kind === 'gcpSecretManager' ? place.endpoint : null;
};

/** Whether a secret may be sent there at all. @throws AppError INVALID_INPUT */
export const checkPlace = (place: TargetPlace, hasAccess: boolean): void => {
  const url = urlOf(place);
  if (url !== null) placeAddress(url);
  if (hasAccess && local.has(place.kind))
    throw invalid('access: nothing is needed to open a place like this.');
  if (place.kind === 'awsProfile' && /[\]\r\n"']/.test(place.profile))
    throw invalid('profile: its name has no brackets, quotes and line breaks.');
  const [program = ''] = place.kind === 'command' ? place.command : [];
  if (/[/\\]/.test(program) && !/^(?:\/|[A-Za-z]:[/\\]|\\\\)/.test(program))
    throw invalid('command: the program is named by an absolute path, or found on the PATH by its name.');
};

/** Whether writing to the one would overwrite the other. */
export const isSamePlace = (
  one: { readonly place: TargetPlace; readonly names: ValueNames },
  other: { readonly place: TargetPlace; readonly names: ValueNames },
): boolean =>
  isDeepStrictEqual(one.place, other.place) &&
  namesIn(one.names).some((name) => namesIn(other.names).includes(name));

/** Two places of the same may be one under two names: of them, only one is written at a time. */
export const scopeOf = (place: TargetPlace): string => {
  if (place.kind === 'command') return JSON.stringify(place.command);
  return local.has(place.kind) ? 'files' : place.kind;
};

export const titleOf = (place: TargetPlace): string => {
  switch (place.kind) {
    case 'awsProfile':
      return `AWS profile ${place.profile} in ${place.path}`;
    case 'dotenv':
      return `.env file ${place.path}`;
    case 'command':
      return `command ${place.command.join(' ')}`;
    case 'vaultKv':
      return `HashiCorp Vault ${place.url}, ${place.mount}/${place.path}`;
    case 'awsSecretsManager':
      return `AWS Secrets Manager ${place.secretId} in ${place.region}`;
    case 'gcpSecretManager':
      return `Google Secret Manager ${place.project}/${place.secret}`;
    case 'githubActions':
      return `GitHub Actions ${place.owner}/${place.repository}${place.environment === null ? '' : `, ${place.environment}`}`;
  }
};
