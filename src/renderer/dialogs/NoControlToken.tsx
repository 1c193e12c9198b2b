import { Info } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { useApp } from '../stores/appContext.tsx';

/** Said before the form is filled in, not after. */
export const NoControlToken = ({ instead }: { readonly instead: 'importToken' | 'importKey' }) => {
  const { dialogs } = useApp();
  return (
    <div className="flex items-center gap-3 rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
      <Info aria-hidden className="size-4 shrink-0" />
      <p className="flex-1">
        This workspace has no control token, so the vault cannot ask the service. Import instead.
      </p>
      <Button onClick={() => dialogs.open({ kind: instead })}>
        {instead === 'importToken' ? 'Import token' : 'Import key'}
      </Button>
    </div>
  );
};
