import { Tabs } from 'radix-ui';
import type { Connection, SnippetTool } from '../../shared/contract/connections.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useAnswer } from '../lib/useAnswer.ts';

const titles: Readonly<Record<SnippetTool, string>> = {
  aws: 'AWS CLI',
  boto3: 'boto3',
  js: 'JavaScript',
  rclone: 'rclone',
  s3cmd: 's3cmd',
  curl: 'curl',
  env: 'env',
};

const toolsFor = (connection: Connection): readonly SnippetTool[] =>
  connection.kind === 's3' ? ['aws', 'boto3', 'js', 'rclone', 's3cmd', 'curl', 'env'] : ['curl', 'js', 'env'];

const Snippet = ({ connection, tool }: { readonly connection: Connection; readonly tool: SnippetTool }) => {
  const { output, error } = useAnswer(
    'connection.snippet',
    { connection: connection.id, tool },
    `${connection.id} ${tool}`,
  );
  if (error !== null) return <ErrorNote what="There is no snippet for this" error={error} />;
  const text = output?.text ?? '';
  return (
    <div className="rounded-lg border border-line bg-sunken">
      <div className="flex h-9 items-center justify-between border-b border-line pr-1 pl-3 text-sm text-muted">
        {titles[tool]}
        <CopyButton wide label={`${titles[tool]} snippet`} text={text} />
      </div>
      <section
        aria-label={`Snippet for ${titles[tool]}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard
        tabIndex={0}
        className="min-h-14 overflow-x-auto rounded-lg p-3"
      >
        <pre className="selectable font-mono text-sm leading-5">{text}</pre>
      </section>
    </div>
  );
};

export const Snippets = ({ connection }: { readonly connection: Connection }) => {
  const tools = toolsFor(connection);
  return (
    <Tabs.Root defaultValue={tools[0] ?? 'curl'} className="space-y-2">
      <Tabs.List aria-label="Tools" className="flex flex-wrap gap-1">
        {tools.map((tool) => (
          <Tabs.Trigger
            key={tool}
            value={tool}
            className="h-6 rounded-md px-2 text-sm font-medium text-muted hover:bg-hover data-[state=active]:bg-pressed data-[state=active]:text-ink"
          >
            {titles[tool]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tools.map((tool) => (
        <Tabs.Content key={tool} value={tool}>
          <Snippet connection={connection} tool={tool} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
};
