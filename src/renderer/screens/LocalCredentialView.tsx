import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { Connection, LocalCredential } from '../../shared/contract/connections.ts';
import { IconButton } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Fact, Facts } from '../components/Fact.tsx';
import { useAnswer } from '../lib/useAnswer.ts';

interface Part {
  readonly label: string;
  readonly text: string;
  readonly masked: boolean;
}

const partsOf = (local: LocalCredential): readonly Part[] => {
  const endpoint: Part = { label: 'Endpoint', text: local.endpoint, masked: false };
  if (local.kind === 'open') return [endpoint];
  if (local.kind === 'api')
    return [
      endpoint,
      { label: 'Local token', text: local.token, masked: true },
      { label: 'Base URL', text: local.baseUrl, masked: true },
    ];
  return [
    endpoint,
    { label: 'Access key id', text: local.accessKeyId, masked: false },
    { label: 'Secret key', text: local.secretAccessKey, masked: true },
    { label: 'Region', text: local.region, masked: false },
  ];
};

const Value = ({ label, text, masked }: Part) => {
  const [shown, setShown] = useState(!masked);
  return (
    <span className="flex h-5 items-center gap-1">
      <code className="min-w-0 flex-1 truncate font-mono text-sm">{shown ? text : '•'.repeat(20)}</code>
      {masked && (
        <IconButton label={shown ? `Hide ${label}` : `Show ${label}`} onClick={() => setShown(!shown)}>
          {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        </IconButton>
      )}
      <CopyButton label={label} text={text} />
    </span>
  );
};

/** Worthless anywhere but on this loopback, so it may be asked for again and again. */
export const LocalCredentialView = ({ connection }: { readonly connection: Connection }) => {
  const { output, error } = useAnswer('connection.local', { connection: connection.id }, connection.id);
  if (error !== null) return <ErrorNote what="The local credential was not read" error={error} />;
  return (
    <>
      <Facts>
        {output !== null &&
          partsOf(output.local).map((part) => (
            <Fact key={part.label} label={part.label}>
              <Value {...part} />
            </Fact>
          ))}
      </Facts>
      <p className="text-sm text-muted">Works on this machine only, and only through the vault.</p>
    </>
  );
};
