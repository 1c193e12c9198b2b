import clsx from 'clsx';
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

/** Where the text of a snippet belongs. */
const places: Readonly<Record<SnippetTool, string>> = {
  aws: 'In a shell',
  boto3: 'Python',
  js: 'JavaScript, as a module',
  rclone: 'In rclone.conf',
  s3cmd: 'A file of its own',
  curl: 'In a shell',
  env: 'In a shell',
};

const toolsFor = (connection: Connection): readonly SnippetTool[] =>
  connection.kind === 's3' ? ['aws', 'boto3', 'js', 'rclone', 's3cmd', 'curl', 'env'] : ['curl', 'js', 'env'];

/** A word longer than any line fills its line before it is broken; all others are kept whole. */
const breaking = (line: string): string => (/\S{48}/.test(line) ? 'break-all' : 'wrap-anywhere');

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
        {places[tool]}
        <CopyButton wide label={`${titles[tool]} snippet`} text={text} />
      </div>
      <pre className="selectable min-h-14 p-3 font-mono text-sm leading-5 whitespace-pre-wrap">
        {text
          .trimEnd()
          .split('\n')
          .map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name, and lines never move
            <span key={index} className={clsx('block min-h-5 pl-[2ch] -indent-[2ch]', breaking(line))}>
              {line}
            </span>
          ))}
      </pre>
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
