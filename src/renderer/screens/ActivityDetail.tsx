import { X } from 'lucide-react';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import { IconButton } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Fact, Facts } from '../components/Fact.tsx';
import { DetailPane } from '../components/ScreenFrame.tsx';
import { formatBytes, formatDateTime, formatMs } from '../lib/format.ts';
import { useAnswer } from '../lib/useAnswer.ts';
import { useApp } from '../stores/appContext.tsx';

const Explanation = ({ entry }: { readonly entry: ActivityEntry }) => {
  const { output, error } = useAnswer('activity.explain', { id: entry.id }, entry.id);
  if (error !== null) return <ErrorNote what="The reason was not found" error={error} />;
  return (
    <div className="selectable min-h-24 space-y-2 rounded-lg bg-bad-soft px-3 py-2.5">
      <p className="flex items-baseline gap-2 font-medium text-bad-ink">
        Why <code className="font-mono text-xs font-normal">{output?.code ?? entry.refusal}</code>
      </p>
      <p>{output?.because}</p>
      <p className="font-medium text-bad-ink">Try</p>
      <p>{output?.try}</p>
    </div>
  );
};

export const ActivityDetail = ({ entry }: { readonly entry: ActivityEntry }) => {
  const { navigation } = useApp();
  const close = () => navigation.setState({ activityId: null });
  return (
    <DetailPane label="Request">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="selectable font-mono text-base font-semibold break-all">
            {entry.method} {entry.path}
          </h2>
          <p className="text-muted">
            {entry.status} · {formatMs(entry.ms)} · {formatDateTime(entry.at)}
          </p>
        </div>
        <IconButton label="Close detail" onClick={close}>
          <X aria-hidden />
        </IconButton>
      </header>
      {(entry.refusal !== null || entry.status >= 400) && <Explanation entry={entry} />}
      <Facts>
        <Fact label="Connection">{entry.connection ?? 'not identified'}</Fact>
        <Fact label="Signed with">{entry.credential ?? 'nothing'}</Fact>
        <Fact label="Listener">{entry.kind === 's3' ? 'S3' : 'API'}</Fact>
        <Fact label="Answered by">{entry.refusal === null ? 'the service' : 'nfyio Vault'}</Fact>
        <Fact label="From the tool">{formatBytes(entry.bytesIn)}</Fact>
        <Fact label="To the tool">{formatBytes(entry.bytesOut)}</Fact>
        {entry.client !== null && (
          <Fact label="Tool">
            <code className="font-mono text-sm">
              {entry.client.exe} ({entry.client.pid})
            </code>
          </Fact>
        )}
      </Facts>
    </DetailPane>
  );
};
