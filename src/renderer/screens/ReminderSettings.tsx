import { ErrorNote } from '../components/ErrorNote.tsx';
import { Section } from '../components/Fact.tsx';
import { CheckField } from '../components/Field.tsx';
import { useAnswer } from '../lib/useAnswer.ts';
import { useSettings } from '../lib/useSettings.ts';
import { useApp } from '../stores/appContext.tsx';

const choices = [30, 14, 7, 3, 1, 0];

const words = (days: number): string => {
  if (days === 0) return 'At the expiry';
  return days === 1 ? '1 day before' : `${days} days before`;
};

export const ReminderSettings = () => {
  const { bridge } = useApp();
  const { settings, error, change } = useSettings(useAnswer('reminder.settings', {}, ''), (changed) =>
    bridge.call('reminder.configure', changed),
  );

  return (
    <Section heading="h2" title="Reminds you of expiries">
      <ErrorNote what="The setting was not kept" error={error} />
      {settings !== null && (
        <div className="space-y-3">
          <div className="grid max-w-100 grid-cols-2 gap-x-4 gap-y-1.5">
            {[...new Set([...choices, ...settings.stepsDays])]
              .sort((one, other) => other - one)
              .map((days) => (
                <CheckField
                  key={days}
                  label={words(days)}
                  checked={settings.stepsDays.includes(days)}
                  onChange={({ target }) =>
                    change({
                      stepsDays: target.checked
                        ? [...settings.stepsDays, days]
                        : settings.stepsDays.filter((one) => one !== days),
                    })
                  }
                />
              ))}
          </div>
          <p className="text-sm text-muted">
            Of a credential that lives less than 14 days: at 50, 20 and 5 % of its life.
          </p>
          <CheckField
            label="Notifications name credentials"
            hint="They may be seen on a locked screen."
            checked={settings.showNames}
            onChange={({ target }) => change({ showNames: target.checked })}
          />
        </div>
      )}
    </Section>
  );
};
