import { FileDown, FileUp } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { Section } from '../components/Fact.tsx';
import { useApp } from '../stores/appContext.tsx';

export const MoveSecrets = () => {
  const { dialogs } = useApp();
  return (
    <Section heading="h2" title="Export and import">
      <p className="text-muted">
        Take the vault to another machine, or take credentials out of files in which they lie in clear.
      </p>
      <div className="flex flex-wrap gap-2 pt-1">
        <Button onClick={() => dialogs.open({ kind: 'importFile' })}>
          <FileDown aria-hidden /> Import from a file
        </Button>
        <Button onClick={() => dialogs.open({ kind: 'export' })}>
          <FileUp aria-hidden /> Export
        </Button>
      </div>
    </Section>
  );
};
