import type { WireError } from '../../shared/errorCodes.ts';

const MIN_PASSPHRASE = 8;

/** What is wrong with a new passphrase; null when it will do. */
export const passphraseProblem = (passphrase: string, repeated: string): string | null => {
  if (passphrase.length < MIN_PASSPHRASE) return 'Choose a passphrase of at least 8 characters.';
  return passphrase === repeated ? null : 'The two passphrases are not the same.';
};

/** @throws WireError in the words of a form */
export const requireNewPassphrase = (passphrase: string, repeated: string): string => {
  const problem = passphraseProblem(passphrase, repeated);
  if (problem !== null) throw { code: 'INVALID_INPUT', message: problem, hint: '' } satisfies WireError;
  return passphrase;
};
