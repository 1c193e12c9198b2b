import type { LocalCredential } from '../../../shared/contract/connections.ts';
import { type SnippetInput, shellQuoted } from './snippetInput.ts';

const variablesOf = ({ local, connectionKind }: SnippetInput): readonly (readonly [string, string])[] => {
  switch (local.kind) {
    case 's3':
      return [
        ['AWS_ENDPOINT_URL_S3', local.endpoint],
        ['AWS_ACCESS_KEY_ID', local.accessKeyId],
        ['AWS_SECRET_ACCESS_KEY', local.secretAccessKey],
        ['AWS_REGION', local.region],
      ];
    case 'api':
      return [
        ['NFYIO_API_URL', local.endpoint],
        ['NFYIO_ACCESS_TOKEN', local.token],
      ];
    case 'open':
      return [[connectionKind === 's3' ? 'AWS_ENDPOINT_URL_S3' : 'NFYIO_API_URL', local.endpoint]];
  }
};

const openNote = (local: LocalCredential): string[] =>
  local.kind === 'open' ? ['# The port is open: no credential is needed.'] : [];

export const envSnippet = (input: SnippetInput): string =>
  [
    ...openNote(input.local),
    ...variablesOf(input).map(([name, value]) => `export ${name}=${shellQuoted(value)}`),
  ].join('\n');
