import { useState } from 'react';
import { toast } from 'sonner';
import type { KeyCredential } from '../../shared/contract/credentials.ts';
import type { Regeneration, RunningRequest } from '../../shared/contract/rotation.ts';
import { Button } from '../components/Button.tsx';
import { Choice } from '../components/Choice.tsx';
import { formatMs } from '../lib/format.ts';
import { openShowOnce } from '../lib/showOnce.ts';
import { useAction } from '../lib/useAction.ts';
import { RunningRequests } from '../screens/RunningRequests.tsx';
import { useApp } from '../stores/appContext.tsx';
import { CannotMake } from './CannotMake.tsx';
import { DialogForm } from './DialogForm.tsx';
import { PlacesNote } from './PlacesNote.tsx';
import { DrainField } from './RotateDialog.tsx';

const ways = [
  { value: 'regenerate', label: 'Regenerate', hint: 'Same key, new secret. Requests wait for a moment.' },
  { value: 'replace', label: 'Replace', hint: 'A second key. Long transfers go on.' },
] as const;
type Way = (typeof ways)[number]['value'];

const heldWords = ({ heldRequests, longestDelayMs }: Extract<Regeneration, { outcome: 'regenerated' }>) =>
  heldRequests === 0
    ? 'No request had to wait.'
    : `${heldRequests} request${heldRequests === 1 ? '' : 's'} waited, ${formatMs(longestDelayMs)} at the longest.`;

interface RenewKeyProps {
  readonly credential: KeyCredential;
}

/** A new secret for the key, or a second key in its place. */
export const RenewKey = ({ credential }: RenewKeyProps) => {
  const { bridge, dialogs, navigation } = useApp();
  const [way, setWay] = useState<Way>('regenerate');
  const [tooLong, setTooLong] = useState<readonly RunningRequest[]>([]);
  const action = useAction();

  const regenerate = async (onLongRequests: 'ask' | 'goOn'): Promise<void> => {
    const answer = await bridge.call('key.regenerate', { credential: credential.id, onLongRequests });
    if (answer.outcome === 'busy') {
      setTooLong(answer.running);
      return;
    }
    if (answer.outcome === 'unsealed') {
      const { credential: renewed, revealId, problem } = answer;
      openShowOnce(dialogs, { credential: renewed, revealId, unsealed: problem });
      return;
    }
    dialogs.close();
    toast.success(`“${credential.name}” has a new secret`, { description: heldWords(answer) });
  };
  const replace = async (drainMs: number): Promise<void> => {
    const made = await bridge.call('rotation.start', { credential: credential.id, drainMs });
    navigation.setState({ screen: 'credentials', credentialId: made.credential.id });
    dialogs.close();
    toast.success(`“${credential.name}” is a new key now`);
  };
  const isBusy = tooLong.length > 0 && way === 'regenerate';

  return (
    <DialogForm
      title={`Renew “${credential.name}”`}
      description="The service ends the old secret in the moment in which it makes a new one. The vault holds requests back meanwhile, so that tools see a short delay and no failure."
      submit={way === 'replace' ? 'Replace' : isBusy ? 'Wait again' : 'Regenerate'}
      failure="It was not renewed"
      onSubmit={(form) => (way === 'replace' ? replace(Number(form.text('drainMs'))) : regenerate('ask'))}
    >
      <CannotMake operation={way === 'replace' ? 'createKey' : 'regenerateKey'} instead="importKey" />
      <Choice label="How" name="way" options={ways} initial="regenerate" onChoose={setWay} />
      <PlacesNote credentialId={credential.id} />
      {way === 'replace' && <DrainField />}
      {isBusy && (
        <div role="alert" className="space-y-2">
          <p className="font-medium text-warn-ink">
            These run too long to be waited for. Nothing was changed.
          </p>
          <RunningRequests requests={tooLong} />
          <p className="text-muted">
            Replace the key and they go on; or regenerate anyway, and the service may refuse the rest of them.
          </p>
          <Button
            tone="caution"
            busy={action.pending}
            onClick={() => void action.run(() => regenerate('goOn'))}
          >
            Regenerate anyway
          </Button>
        </div>
      )}
    </DialogForm>
  );
};
