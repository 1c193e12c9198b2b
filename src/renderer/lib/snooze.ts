import { toast } from 'sonner';
import type { SnoozeUntil } from '../../shared/contract/due.ts';
import type { App } from '../stores/appContext.tsx';
import { asWireError } from './wireError.ts';

export const snoozeChoices: readonly { readonly until: SnoozeUntil; readonly title: string }[] = [
  { until: 'tomorrow', title: 'Remind me tomorrow' },
  { until: '3d', title: 'Remind me in 3 days' },
  { until: 'never', title: 'Never remind me of it' },
];

export const snooze = async ({ bridge }: App, credentialId: string, until: SnoozeUntil): Promise<void> => {
  try {
    await bridge.call('due.snooze', { credential: credentialId, until });
  } catch (error) {
    toast.error('The answer was not kept', { description: asWireError(error).message });
  }
};
