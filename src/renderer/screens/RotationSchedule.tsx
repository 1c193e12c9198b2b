import type { Credential } from '../../shared/contract/credentials.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { SelectField } from '../components/Field.tsx';
import { useAction } from '../lib/useAction.ts';
import { useApp } from '../stores/appContext.tsx';

const NEVER = 'never';
const usualDays = [1, 3, 7, 14, 30];

const daysWords = (days: number): string => `${days} day${days === 1 ? '' : 's'} before it expires`;

/** Whether and when it is replaced by itself. */
export const RotationSchedule = ({ credential }: { readonly credential: Credential }) => {
  const { bridge } = useApp();
  const action = useAction();
  const chosen = credential.rotateDaysBefore;
  const offered =
    chosen === undefined ? usualDays : [...new Set([...usualDays, chosen])].sort((a, b) => a - b);
  return (
    <>
      <SelectField
        label="By itself"
        value={chosen ?? NEVER}
        onChange={({ target: { value } }) =>
          void action.run(async () => {
            await bridge.call('rotation.schedule', {
              credential: credential.id,
              daysBefore: value === NEVER ? null : Number(value),
            });
          })
        }
      >
        <option value={NEVER}>Never</option>
        {offered.map((days) => (
          <option key={days} value={days}>
            {daysWords(days)}
          </option>
        ))}
      </SelectField>
      <ErrorNote what="It was not kept" error={action.error} />
    </>
  );
};
