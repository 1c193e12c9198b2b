import type { LocalCredential } from '../shared/contract/connections.ts';

/** What a tool finds in its environment to use a connection: local credentials only. */

type Variables = Readonly<Record<string, string>>;

export const toolVariables = (kind: 's3' | 'api', local: LocalCredential): Variables => {
  if (local.kind === 's3') {
    return {
      AWS_ENDPOINT_URL_S3: local.endpoint,
      AWS_ACCESS_KEY_ID: local.accessKeyId,
      AWS_SECRET_ACCESS_KEY: local.secretAccessKey,
      AWS_REGION: local.region,
    };
  }
  if (local.kind === 'api') return { NFYIO_API_URL: local.endpoint, NFYIO_ACCESS_TOKEN: local.token };
  return kind === 's3' ? { AWS_ENDPOINT_URL_S3: local.endpoint } : { NFYIO_API_URL: local.endpoint };
};

/** Any of these left in place would send a tool past the connection, or hand it more than it needs. */
const conflicting = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'NFYIO_VAULT_PASSPHRASE_FILE',
];

export const childEnvironment = (inherited: NodeJS.ProcessEnv, variables: Variables): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !conflicting.includes(name))),
  ...variables,
});

export const environmentFormats = ['sh', 'fish', 'powershell', 'dotenv', 'json'] as const;
export type EnvironmentFormat = (typeof environmentFormats)[number];

const singleQuoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

const lineOf: Record<Exclude<EnvironmentFormat, 'json'>, (name: string, value: string) => string> = {
  sh: (name, value) => `export ${name}=${singleQuoted(value)}`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", `\\'`)}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  dotenv: (name, value) => `${name}=${singleQuoted(value)}`,
};

/** Text that the shell takes as it stands: every value is quoted so that it stays one value. */
export const formatEnvironment = (variables: Variables, format: EnvironmentFormat): string =>
  format === 'json'
    ? JSON.stringify(variables)
    : Object.entries(variables)
        .map(([name, value]) => lineOf[format](name, value))
        .join('\n');
