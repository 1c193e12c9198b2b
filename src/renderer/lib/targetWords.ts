import type { TargetChange, TargetKind, TargetState } from '../../shared/contract/rollout.ts';
import { formatDateTime } from './format.ts';

export const placeTitles: Readonly<Record<TargetKind, string>> = {
  awsProfile: 'A profile of ~/.aws/credentials',
  dotenv: 'A .env file',
  command: 'A program of yours',
  vaultKv: 'HashiCorp Vault',
  awsSecretsManager: 'AWS Secrets Manager',
  gcpSecretManager: 'Google Secret Manager',
  githubActions: 'GitHub Actions',
};

/** What became of the present secret there. */
export const placeStateWords = (state: TargetState): string => {
  switch (state.kind) {
    case 'pending':
      return 'Not written yet';
    case 'current':
      return `Written on ${formatDateTime(state.writtenAt)}, ${state.isVerified ? 'and read back' : 'cannot be read back'}`;
    case 'failed':
      return `Not written; tried again on ${formatDateTime(state.retryAt)}`;
  }
};

export const changeWords: Readonly<
  Record<TargetChange['change'], { readonly mark: string; readonly words: string }>
> = {
  add: { mark: '+', words: 'is added' },
  replace: { mark: '~', words: 'is replaced' },
  same: { mark: '=', words: 'is there already' },
  unreadable: { mark: '?', words: 'is there, and cannot be read' },
};

export const placeCount = (count: number): string => `${count} place${count === 1 ? '' : 's'}`;
