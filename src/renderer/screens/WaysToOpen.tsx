import { Fingerprint, KeyRound, LifeBuoy } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { Section } from '../components/Fact.tsx';
import { slotTitle, slotUse } from '../lib/slotWords.ts';
import { useSlots } from '../lib/useSlots.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

export const WaysToOpen = () => {
  const { dialogs } = useApp();
  const slots = useSlots() ?? [];
  const keychain = useSlice('session', (state) => state.info?.keychain ?? null);
  const isLast = (slot: string) =>
    slot !== 'recovery-key' && slots.filter((one) => one !== 'recovery-key').length < 2;
  return (
    <Section heading="h2" title="Opens with">
      <ul aria-label="Ways to open the vault" className="divide-y divide-line rounded-lg border border-line">
        {slots.map((slot) => (
          <li key={slot} className="flex items-center gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{slotTitle(slot)}</p>
              <p className="text-sm text-muted">{slotUse(slot)}</p>
            </div>
            {!isLast(slot) && (
              <Button
                tone="quiet"
                aria-label={`Remove ${slotTitle(slot)}`}
                onClick={() => dialogs.open({ kind: 'removeSlot', slot })}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2 pt-1">
        <Button onClick={() => dialogs.open({ kind: 'setPassphrase' })}>
          <KeyRound aria-hidden /> {slots.includes('passphrase') ? 'Change passphrase' : 'Set a passphrase'}
        </Button>
        <Button onClick={() => dialogs.open({ kind: 'makeRecoveryKey' })}>
          <LifeBuoy aria-hidden />{' '}
          {slots.includes('recovery-key') ? 'New recovery key' : 'Make a recovery key'}
        </Button>
        {keychain !== null && !slots.includes(keychain) && (
          <Button onClick={() => dialogs.open({ kind: 'addKeychain' })}>
            <Fingerprint aria-hidden /> Use the keychain
          </Button>
        )}
      </div>
    </Section>
  );
};
