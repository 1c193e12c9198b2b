import { Option } from 'commander';
import type { Credential } from '../shared/contract/credentials.ts';
import type { Call } from './client.ts';
import { credentialDocument, verificationDocument } from './documents.ts';
import type { Invocation } from './invocation.ts';

/** What importing a token and importing a key have in common. */

export const unverifiedOption = (): Option =>
  new Option('--unverified', 'store it without asking the service whether it is good');

const stateWords = {
  verified: 'The service accepts it.',
  restricted: 'The service accepts it.',
  unverified: 'Nobody has seen it work yet; its first good use will show it.',
} as const;

const importWords = ({ kind, name, verification }: Credential): string =>
  [
    `Imported ${kind} ${name}; it is sealed in the vault.`,
    ...(verification === undefined ? [] : [stateWords[verification.state], ...verification.notes]),
  ].join('\n');

export const answerImported = async (
  { answer, withVault }: Invocation,
  importIt: (call: Call) => Promise<{ readonly credential: Credential }>,
): Promise<void> => {
  const { credential } = await withVault(importIt);
  answer({ credential: credentialDocument(credential), verification: verificationDocument(credential) }, () =>
    importWords(credential),
  );
};
