import type { ToolVariables } from '../shared/toolVariables.ts';

/** Any of these left in place would send a tool past the connection, or hand it more than it needs. */
const conflicting = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'NFYIO_VAULT_PASSPHRASE_FILE',
];

export const childEnvironment = (
  inherited: NodeJS.ProcessEnv,
  variables: ToolVariables,
): NodeJS.ProcessEnv => ({
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
export const formatEnvironment = (variables: ToolVariables, format: EnvironmentFormat): string =>
  format === 'json'
    ? JSON.stringify(variables)
    : Object.entries(variables)
        .map(([name, value]) => lineOf[format](name, value))
        .join('\n');
