import { toast } from 'sonner';
import type { Credential } from '../../shared/contract/credentials.ts';
import { CheckField } from '../components/Field.tsx';

/** What importing a token and importing a key have in common. */

export const UnverifiedField = () => (
  <CheckField
    name="unverified"
    label="Import without asking the service"
    hint="For what cannot be shown to it now. It counts as unverified until its first good use."
  />
);

export const tellImported = ({ name, verification }: Credential): void => {
  const notes = verification?.notes.join(' ') ?? '';
  if (verification?.state === 'unverified')
    toast.warning(`Sealed “${name}”, unverified`, { description: notes });
  else if (notes !== '') toast.success(`Sealed “${name}”`, { description: notes });
  else toast.success(`Sealed “${name}”. The service accepts it.`);
};
