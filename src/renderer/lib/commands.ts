import { toast } from 'sonner';
import type { App } from '../stores/appContext.tsx';
import type { Screen } from '../stores/navigation.ts';
import { type Theme, themes } from '../stores/theme.ts';
import { asWireError } from './wireError.ts';

/** Everything that can be clicked, so that it can be typed too. */
export interface Command {
  readonly group: 'Do' | 'Go to' | 'Open' | 'Window';
  readonly title: string;
  /** Other words it is found by. */
  readonly also?: string;
  /** As `useShortcuts` and `Kbd` write keys. */
  readonly keys?: string;
  readonly run: () => void;
}

const screens: readonly { readonly screen: Screen; readonly title: string; readonly keys: string }[] = [
  { screen: 'credentials', title: 'Credentials', keys: '1' },
  { screen: 'connections', title: 'Connections', keys: '2' },
  { screen: 'activity', title: 'Activity', keys: '3' },
  { screen: 'due', title: 'Due', keys: '4' },
];

const themeTitles: Readonly<Record<Theme, string>> = {
  system: 'Theme: as the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
};

export const lockVault = async ({ bridge }: App): Promise<void> => {
  try {
    await bridge.call('vault.lock', {});
  } catch (error) {
    toast.error('The vault was not locked', { description: asWireError(error).message });
  }
};

export const startSandbox = async ({ bridge, navigation }: App): Promise<void> => {
  try {
    const { workspace } = await bridge.call('sandbox.start', {});
    navigation.setState({ screen: 'connections', workspaceId: workspace.id });
  } catch (error) {
    toast.error('The sandbox did not start', { description: asWireError(error).message });
  }
};

const doing = (app: App): readonly Command[] => {
  const open = app.dialogs.open;
  const { workspaces } = app.library.getState();
  const connect: Command = {
    group: 'Do',
    title: 'Connect a workspace',
    also: 'add endpoint control token',
    run: () => open({ kind: 'connectWorkspace' }),
  };
  if (workspaces.length === 0) return [connect];
  return [
    {
      group: 'Do',
      title: 'Connect a tool',
      also: 'create connection proxy',
      keys: 'C',
      run: () => open({ kind: 'connectTool', credentialId: null }),
    },
    {
      group: 'Do',
      title: 'Mint token',
      also: 'create access token',
      keys: 'T',
      run: () => open({ kind: 'mintToken' }),
    },
    {
      group: 'Do',
      title: 'Create key',
      also: 's3 access key',
      keys: 'K',
      run: () => open({ kind: 'createKey' }),
    },
    { group: 'Do', title: 'Import token', also: 'paste', run: () => open({ kind: 'importToken' }) },
    { group: 'Do', title: 'Import key', also: 'paste s3', run: () => open({ kind: 'importKey' }) },
    connect,
    ...(workspaces.some(({ isSandbox }) => isSandbox)
      ? []
      : [{ group: 'Do', title: 'Try the sandbox', run: () => void startSandbox(app) } as const]),
  ];
};

const opening = ({ library, navigation }: App): readonly Command[] => {
  const { workspaces, credentials, connections } = library.getState();
  return [
    ...workspaces.map(
      ({ id, name }): Command => ({
        group: 'Open',
        title: `Workspace ${name}`,
        run: () => navigation.setState({ workspaceId: id }),
      }),
    ),
    ...credentials.map(
      ({ id, name, workspaceId, kind }): Command => ({
        group: 'Open',
        title: `${kind === 'token' ? 'Token' : 'Key'} ${name}`,
        run: () => navigation.setState({ screen: 'credentials', workspaceId, credentialId: id }),
      }),
    ),
    ...connections.map(
      ({ id, name, workspaceId }): Command => ({
        group: 'Open',
        title: `Connection ${name}`,
        run: () => navigation.setState({ screen: 'connections', workspaceId, connectionId: id }),
      }),
    ),
  ];
};

const aboutWindow = (app: App): readonly Command[] => [
  { group: 'Window', title: 'Lock the vault', keys: 'L', run: () => void lockVault(app) },
  {
    group: 'Window',
    title: 'Pause or resume the activity',
    keys: 'P',
    run: () => app.activity.setPaused(!app.activity.getState().paused),
  },
  {
    group: 'Window',
    title: 'Filter the list',
    keys: '/',
    run: () => document.querySelector<HTMLInputElement>('input[data-filter]')?.focus(),
  },
  ...themes.map(
    (theme): Command => ({
      group: 'Window',
      title: themeTitles[theme],
      also: 'appearance colours',
      run: () => app.theme.choose(theme),
    }),
  ),
  {
    group: 'Window',
    title: 'Keyboard shortcuts',
    keys: '?',
    run: () => app.dialogs.open({ kind: 'shortcuts' }),
  },
];

export const commands = (app: App): readonly Command[] => [
  ...doing(app),
  ...screens.map(
    ({ screen, title, keys }): Command => ({
      group: 'Go to',
      title,
      keys,
      run: () => app.navigation.setState({ screen }),
    }),
  ),
  ...opening(app),
  ...aboutWindow(app),
  {
    group: 'Window',
    title: 'Command palette',
    keys: 'mod K',
    run: () => app.dialogs.open({ kind: 'palette' }),
  },
];
