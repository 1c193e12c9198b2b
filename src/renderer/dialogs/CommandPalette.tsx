import { Command } from 'cmdk';
import { Dialog as RadixDialog } from 'radix-ui';
import { Kbd } from '../components/Kbd.tsx';
import { type Command as AppCommand, commands } from '../lib/commands.ts';
import { useApp } from '../stores/appContext.tsx';

const groups: readonly AppCommand['group'][] = ['Do', 'Go to', 'Open', 'Window'];

export const CommandPalette = () => {
  const app = useApp();
  const all = commands(app).filter(({ title }) => title !== 'Command palette');
  const run = (command: AppCommand) => {
    app.dialogs.close();
    command.run();
  };
  return (
    <Command loop label="Command palette" className="flex min-h-0 flex-col">
      <RadixDialog.Title className="sr-only">Command palette</RadixDialog.Title>
      <RadixDialog.Description className="sr-only">
        Type to find an action, then press Enter.
      </RadixDialog.Description>
      <Command.Input
        autoFocus
        placeholder="Type what you want to do…"
        className="selectable h-12 shrink-0 border-b border-line bg-transparent px-4 text-lg outline-none"
      />
      <Command.List className="max-h-90 overflow-y-auto p-2">
        <Command.Empty className="px-2 py-6 text-center text-muted">Nothing fits.</Command.Empty>
        {groups.map((group) => (
          <Command.Group
            key={group}
            heading={group}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted"
          >
            {all
              .filter((command) => command.group === group)
              .map((command) => (
                <Command.Item
                  key={command.title}
                  value={command.title}
                  keywords={command.also?.split(' ') ?? []}
                  onSelect={() => run(command)}
                  className="flex h-8 items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-ink"
                >
                  <command.icon aria-hidden className="size-4 shrink-0 text-muted" />
                  <span className="flex-1 truncate">{command.title}</span>
                  {command.keys !== undefined && <Kbd keys={command.keys} />}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
};
