import { ErrorNote } from '../components/ErrorNote.tsx';
import { Section } from '../components/Fact.tsx';
import { CheckField, SelectField } from '../components/Field.tsx';
import { useAnswer } from '../lib/useAnswer.ts';
import { useSettings } from '../lib/useSettings.ts';
import { useApp } from '../stores/appContext.tsx';

const choices = [1, 5, 15, 30, 60, 240, null];

const words = (minutes: number | null): string => {
  if (minutes === null) return 'Never';
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return minutes === 60 ? '1 hour' : `${minutes / 60} hours`;
};

export const LockSettings = () => {
  const { bridge } = useApp();
  const { settings, error, change } = useSettings(useAnswer('lock.settings', {}, ''), (changed) =>
    bridge.call('lock.configure', changed),
  );

  return (
    <Section heading="h2" title="Locks by itself">
      <ErrorNote what="The setting was not kept" error={error} />
      {settings !== null && (
        <div className="space-y-3">
          <SelectField
            label="Without use of this app for"
            className="max-w-60"
            value={String(settings.idleMinutes)}
            onChange={({ target }) =>
              change({ idleMinutes: target.value === 'null' ? null : Number(target.value) })
            }
          >
            {[...new Set([...choices, settings.idleMinutes])].map((minutes) => (
              <option key={String(minutes)} value={String(minutes)}>
                {words(minutes)}
              </option>
            ))}
          </SelectField>
          <CheckField
            label="Requests of tools count as use"
            hint="A long upload keeps the vault open, for at most 12 hours after you last used this app."
            checked={settings.connectionsKeepOpen}
            disabled={settings.idleMinutes === null}
            onChange={({ target }) => change({ connectionsKeepOpen: target.checked })}
          />
          <p className="text-sm text-muted">
            It also locks when the machine sleeps and when its screen is locked, where the system says so.
          </p>
        </div>
      )}
    </Section>
  );
};
