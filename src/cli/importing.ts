import { Option } from 'commander';
import type { Credential } from '../shared/contract/credentials.ts';

/** What importing a token and importing a key have in common. */

export const unverifiedOption = (): Option =>
  new Option('--unverified', 'store it without asking the service whether it is good');

const stateWords = {
  verified: 'The service accepts it.',
  restricted: 'The service accepts it.',
  unverified: 'Nobody has seen it work yet; its first good use will show it.',
} as const;

export const importWords = ({ kind, name, verification }: Credential): string =>
  [
    `Imported ${kind} ${name}; it is sealed in the vault.`,
    ...(verification === undefined ? [] : [stateWords[verification.state], ...verification.notes]),
  ].join('\n');
