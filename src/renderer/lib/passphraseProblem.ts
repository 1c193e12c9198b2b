const MIN_PASSPHRASE = 8;

/** What is wrong with a new passphrase; null when it will do. */
export const passphraseProblem = (passphrase: string, repeated: string): string | null => {
  if (passphrase.length < MIN_PASSPHRASE) return 'Choose a passphrase of at least 8 characters.';
  return passphrase === repeated ? null : 'The two passphrases are not the same.';
};
