import type { CredentialKind } from './contract/credentials.ts';
import type { TargetKind, ValueNames } from './contract/rollout.ts';

type Style = Readonly<Record<CredentialKind, ValueNames>>;

const fields: Style = {
  token: { token: 'token' },
  key: { accessKeyId: 'access_key_id', secretAccessKey: 'secret_access_key' },
};
const variables: Style = {
  token: { token: 'NFYIO_TOKEN' },
  key: { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' },
};
const awsKey: ValueNames = { accessKeyId: 'aws_access_key_id', secretAccessKey: 'aws_secret_access_key' };

const styles: Readonly<Record<TargetKind, Style>> = {
  awsProfile: { ...fields, key: awsKey },
  dotenv: variables,
  githubActions: variables,
  command: fields,
  vaultKv: fields,
  awsSecretsManager: fields,
  gcpSecretManager: fields,
};

/** Under which names the programs that read a place look for the values, unless somebody says others. */
export const usualNames = (place: TargetKind, credential: CredentialKind): ValueNames =>
  styles[place][credential];
