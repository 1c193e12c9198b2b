import { toast } from 'sonner';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import type { DialogStore } from '../stores/dialogs.ts';

interface Made {
  readonly credential: Credential;
  readonly revealId: string;
  /** Why the vault could not keep it; null where it did. */
  readonly unsealed: WireError | null;
}

/** The one showing of what the service has just made, with the truth about where else it is. */
export const openShowOnce = (dialogs: DialogStore, { credential, revealId, unsealed }: Made): void => {
  dialogs.open({
    kind: 'showOnce',
    credential,
    revealId,
    ...(unsealed === null ? {} : { isUnsealed: true }),
  });
  if (unsealed !== null) toast.error('The vault could not keep it', { description: unsealed.message });
};
