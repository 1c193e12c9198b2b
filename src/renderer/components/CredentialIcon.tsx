import { KeyRound, Ticket } from 'lucide-react';
import type { CredentialKind } from '../../shared/contract/credentials.ts';

export const CredentialIcon = ({ kind }: { readonly kind: CredentialKind }) =>
  kind === 'token' ? (
    <Ticket role="img" aria-label="Access token" />
  ) : (
    <KeyRound role="img" aria-label="Access key" />
  );
