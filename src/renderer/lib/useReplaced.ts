import type { Credential, CredentialKind } from '../../shared/contract/credentials.ts';
import { useSlice } from '../stores/appContext.tsx';
import { nextName, type Replacement } from './replacement.ts';

interface Replaced {
  readonly credential: Credential;
  readonly isNarrower: boolean;
  /** A name for the new one. */
  readonly name: string;
}

/** The credential that a dialog is to replace; null when it makes one from nothing. */
export const useReplaced = (replacement: Replacement | undefined, kind: CredentialKind): Replaced | null => {
  const credentials = useSlice('library', (state) => state.credentials);
  const credential = credentials.find((one) => one.id === replacement?.credentialId && one.kind === kind);
  if (replacement === undefined || credential === undefined) return null;
  const taken = credentials.filter((one) => one.kind === kind).map(({ name }) => name);
  return { credential, isNarrower: replacement.isNarrower, name: nextName(credential.name, taken) };
};
