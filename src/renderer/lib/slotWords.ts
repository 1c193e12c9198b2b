/** How a way to open the vault is called; a later release may have more than these. */
const titles: Readonly<Record<string, string>> = {
  passphrase: 'Passphrase',
  'recovery-key': 'Recovery key',
  'os-keychain': 'The keychain of this system',
  'os-keyring': 'The keyring of this system',
};

const uses: Readonly<Record<string, string>> = {
  passphrase: 'Asked for when the vault is locked.',
  'recovery-key': 'For the day when nothing else opens the vault.',
  'os-keychain': 'Opens the vault when the desktop app starts.',
  'os-keyring': 'Opens the vault for `nfyio-vault serve`.',
};

/** In the middle of a sentence. */
export const keychainTitle = (kind: string): string =>
  kind === 'os-keyring' ? 'the keyring of this system' : 'the keychain of this system';

export const slotTitle = (kind: string): string => titles[kind] ?? kind;
export const slotUse = (kind: string): string => uses[kind] ?? 'Known to a later release.';
