import type { Skipped } from './contract/transfer.ts';

/** Why something in a file is not offered for import, as the end of a sentence. */
export const skippedWords: Readonly<Record<Skipped['because'], string>> = {
  'session-token': 'it is temporary',
  incomplete: 'half of it is missing',
  local: 'it is a local credential of this vault',
  unusable: 'it cannot be a credential of nfyio',
  'unknown-kind': 'a later release made it',
};
