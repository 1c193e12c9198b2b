import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Section } from '../components/Fact.tsx';
import { formatDateTime } from '../lib/format.ts';
import { useAnswer } from '../lib/useAnswer.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

export const EarlierStates = () => {
  const { dialogs } = useApp();
  const changes = useSlice('session', (state) => state.loads);
  const { output, error } = useAnswer('vault.backups', {}, String(changes));
  const backups = output?.backups ?? [];
  return (
    <Section heading="h2" title="Earlier states">
      <p className="text-muted">
        The last five, and the last of each of seven days on which something changed. They are sealed as the
        vault is.
      </p>
      <ErrorNote what="They cannot be listed" error={error} />
      {backups.length > 0 && (
        <>
          <ul aria-label="Earlier states" className="divide-y divide-line rounded-lg border border-line">
            {backups.map((backup) => (
              <li key={backup.name} className="flex items-center gap-3 px-3 py-1.5">
                <span className="min-w-0 flex-1 tabular-nums">{formatDateTime(backup.savedAt)}</span>
                <span className="text-sm text-muted tabular-nums">change {backup.generation}</span>
                <Button
                  tone="quiet"
                  aria-label={`Go back to change ${backup.generation}`}
                  onClick={() => dialogs.open({ kind: 'restoreBackup', backup })}
                >
                  Go back…
                </Button>
              </li>
            ))}
          </ul>
          <Button tone="caution" onClick={() => dialogs.open({ kind: 'forgetBackups' })}>
            Delete all earlier states
          </Button>
        </>
      )}
    </Section>
  );
};
