import { FileKey } from 'lucide-react';
import { placeCount } from '../lib/targetWords.ts';
import { useTargets } from '../lib/useTargets.ts';

/** Said before a secret is replaced: where the new one is written besides the vault. */
export const PlacesNote = ({ credentialId }: { readonly credentialId: string }) => {
  const targets = useTargets(credentialId);
  return targets.length === 0 ? null : (
    <div role="note" className="flex gap-2 rounded-lg border border-line bg-sunken px-3 py-2.5">
      <FileKey aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="min-w-0">
        <p>The new secret is written to {placeCount(targets.length)} outside the vault:</p>
        <ul className="text-sm text-muted">
          {targets.map(({ id, title }) => (
            <li key={id} className="wrap-break-word">
              {title}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
};
