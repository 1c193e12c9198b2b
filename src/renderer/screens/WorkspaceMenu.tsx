import { ChevronsUpDown, Cylinder, FlaskConical, Plus, ShieldQuestion, Trash2 } from 'lucide-react';
import { Brand } from '../components/Brand.tsx';
import { Menu, MenuChoices, MenuItem, MenuSeparator } from '../components/Menu.tsx';
import { startSandbox } from '../lib/commands.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

export const WorkspaceMenu = () => {
  const app = useApp();
  const workspaces = useSlice('library', (state) => state.workspaces);
  const workspace = useWorkspace();
  const choose = (workspaceId: string) =>
    app.navigation.setState({ workspaceId, credentialId: null, connectionId: null });
  if (workspace === null) return null;
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-10 w-full items-center gap-2.5 rounded-lg px-2 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover max-[900px]:justify-center max-[900px]:px-0"
        >
          <Brand className="size-6 shrink-0" />
          <span className="min-w-0 flex-1 max-[900px]:sr-only">
            <span className="block truncate leading-4 font-semibold">
              <span className="sr-only">Workspace </span>
              {workspace.name}
            </span>
            <span className="block truncate text-xs text-muted">
              {workspace.isSandbox
                ? 'on this machine'
                : new URL(workspace.apiUrl ?? workspace.s3Url ?? 'https://nfyio.com').host}
            </span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted max-[900px]:hidden" />
        </button>
      }
    >
      <MenuChoices
        value={workspace.id}
        onChoose={choose}
        options={workspaces.map(({ id, name, accent }) => ({ value: id, label: name, accent }))}
      />
      <MenuSeparator />
      <MenuItem onSelect={() => app.dialogs.open({ kind: 'connectWorkspace' })}>
        <Plus aria-hidden /> Connect a workspace
      </MenuItem>
      {!workspaces.some(({ isSandbox }) => isSandbox) && (
        <MenuItem onSelect={() => void startSandbox(app)}>
          <FlaskConical aria-hidden /> Try the sandbox
        </MenuItem>
      )}
      <MenuItem onSelect={() => app.dialogs.open({ kind: 'service' })}>
        <ShieldQuestion aria-hidden /> What the service allows
      </MenuItem>
      <MenuItem onSelect={() => app.dialogs.open({ kind: 'buckets' })}>
        <Cylinder aria-hidden /> Buckets
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        danger
        onSelect={() => app.dialogs.open({ kind: 'removeWorkspace', workspaceId: workspace.id })}
      >
        <Trash2 aria-hidden /> Remove “{workspace.name}”…
      </MenuItem>
    </Menu>
  );
};
