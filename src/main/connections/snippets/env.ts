import { toolVariables } from '../../../shared/toolVariables.ts';
import { type SnippetInput, shellQuoted } from './snippetInput.ts';

export const envSnippet = ({ local, connectionKind }: SnippetInput): string =>
  [
    ...(local.kind === 'open' ? ['# The port is open: no real credential is needed.'] : []),
    ...Object.entries(toolVariables(connectionKind, local)).map(
      ([name, value]) => `export ${name}=${shellQuoted(value)}`,
    ),
  ].join('\n');
