import {
  Activity,
  CalendarClock,
  Cylinder,
  FileDown,
  FileUp,
  FlaskConical,
  Import,
  Keyboard,
  KeyRound,
  KeySquare,
  Layers,
  LifeBuoy,
  Link2,
  Lock,
  type LucideIcon,
  Moon,
  Pause,
  Plug,
  Plus,
  Search,
  ShieldQuestion,
  Sun,
  SunMoon,
  Ticket,
  Vault,
} from 'lucide-react';
import { toast } from 'sonner';
import type { App } from '../stores/appContext.tsx';
import type { Screen } from '../stores/navigation.ts';
import { type Theme, themes } from '../stores/theme.ts';
import { aboutDue } from './dueCommands.ts';
import { aboutRotation } from './rotationCommands.ts';
import { aboutTargets } from './targetCommands.ts';
import { asWireError } from './wireError.ts';

/** Everything that can be clicked, so that it can be typed too. */
export interface Command {
  readonly group: 'Do' | 'Go to' | 'Open' | 'Window';
  readonly icon: LucideIcon;
  readonly title: string;
  /** Other words it is found by. */
  readonly also?: string;
  /** As `useShortcuts` and `Kbd` write keys. */
  readonly keys?: string;
  readonly run: () => void;
}

/** The places of the window, in the order of the rail. */
export const screens: readonly {
  readonly screen: Screen;
  readonly title: string;
  readonly keys: string;
  readonly icon: LucideIcon;
}[] = [
  { screen: 'credentials', title: 'Credentials', keys: '1', icon: KeyRound },
  { screen: 'connections', title: 'Connections', keys: '2', icon: Plug },
  { screen: 'activity', title: 'Activity', keys: '3', icon: Activity },
  { screen: 'due', title: 'Due', keys: '4', icon: CalendarClock },
  { screen: 'vault', title: 'Vault', keys: '5', icon: Vault },
];

const themeWords: Readonly<Record<Theme, { readonly title: string; readonly icon: LucideIcon }>> = {
  system: { title: 'Theme: as the system', icon: SunMoon },
  light: { title: 'Theme: light', icon: Sun },
  dark: { title: 'Theme: dark', icon: Moon },
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
    icon: Link2,
    also: 'add endpoint control token',
    run: () => open({ kind: 'connectWorkspace' }),
  };
  if (workspaces.length === 0) return [connect];
  return [
    {
      group: 'Do',
      title: 'Connect a tool',
      icon: Plug,
      also: 'create connection proxy',
      keys: 'C',
      run: () => open({ kind: 'connectTool', credentialId: null }),
    },
    {
      group: 'Do',
      title: 'Mint token',
      icon: Plus,
      also: 'create access token',
      keys: 'T',
      run: () => open({ kind: 'mintToken' }),
    },
    {
      group: 'Do',
      title: 'Create key',
      icon: Plus,
      also: 's3 access key',
      keys: 'K',
      run: () => open({ kind: 'createKey' }),
    },
    {
      group: 'Do',
      title: 'Import token',
      icon: Import,
      also: 'paste',
      run: () => open({ kind: 'importToken' }),
    },
    {
      group: 'Do',
      title: 'Import key',
      icon: Import,
      also: 'paste s3',
      run: () => open({ kind: 'importKey' }),
    },
    {
      group: 'Do',
      title: 'Buckets',
      icon: Cylinder,
      also: 'create delete bucket storage',
      run: () => open({ kind: 'buckets' }),
    },
    {
      group: 'Do',
      title: 'What the service allows',
      icon: ShieldQuestion,
      also: 'capabilities control token probe dashboard',
      run: () => open({ kind: 'service' }),
    },
    {
      group: 'Do',
      title: 'Give a control token',
      icon: KeySquare,
      also: 'replace expired workspace access',
      run: () => open({ kind: 'controlToken' }),
    },
    connect,
    ...(workspaces.some(({ isSandbox }) => isSandbox)
      ? []
      : [
          {
            group: 'Do',
            title: 'Try the sandbox',
            icon: FlaskConical,
            run: () => void startSandbox(app),
          } as const,
        ]),
  ];
};

const opening = ({ library, navigation }: App): readonly Command[] => {
  const { workspaces, credentials, connections } = library.getState();
  return [
    ...workspaces.map(
      ({ id, name }): Command => ({
        group: 'Open',
        title: `Workspace ${name}`,
        icon: Layers,
        run: () => navigation.setState({ workspaceId: id }),
      }),
    ),
    ...credentials.map(
      ({ id, name, workspaceId, kind }): Command => ({
        group: 'Open',
        title: `${kind === 'token' ? 'Token' : 'Key'} ${name}`,
        icon: kind === 'token' ? Ticket : KeyRound,
        run: () => navigation.setState({ screen: 'credentials', workspaceId, credentialId: id }),
      }),
    ),
    ...connections.map(
      ({ id, name, workspaceId }): Command => ({
        group: 'Open',
        title: `Connection ${name}`,
        icon: Plug,
        run: () => navigation.setState({ screen: 'connections', workspaceId, connectionId: id }),
      }),
    ),
  ];
};

const aboutVault = ({ dialogs }: App): readonly Command[] => [
  {
    group: 'Do',
    title: 'Change the passphrase',
    icon: KeyRound,
    also: 'set password leaked',
    run: () => dialogs.open({ kind: 'setPassphrase' }),
  },
  {
    group: 'Do',
    title: 'Make a recovery key',
    icon: LifeBuoy,
    also: 'forgotten backup',
    run: () => dialogs.open({ kind: 'makeRecoveryKey' }),
  },
  {
    group: 'Do',
    title: 'Import from a file',
    icon: FileDown,
    also: 'aws credentials env rclone s3cfg export',
    run: () => dialogs.open({ kind: 'importFile' }),
  },
  {
    group: 'Do',
    title: 'Export',
    icon: FileUp,
    also: 'backup move file',
    run: () => dialogs.open({ kind: 'export' }),
  },
];

const aboutWindow = (app: App): readonly Command[] => [
  { group: 'Window', title: 'Lock the vault', icon: Lock, keys: 'L', run: () => void lockVault(app) },
  {
    group: 'Window',
    title: 'Pause or resume the activity',
    icon: Pause,
    keys: 'P',
    run: () => app.activity.setPaused(!app.activity.getState().paused),
  },
  {
    group: 'Window',
    title: 'Filter the list',
    icon: Search,
    keys: '/',
    run: () => document.querySelector<HTMLInputElement>('input[data-filter]')?.focus(),
  },
  ...themes.map(
    (theme): Command => ({
      group: 'Window',
      ...themeWords[theme],
      also: 'appearance colours',
      run: () => app.theme.choose(theme),
    }),
  ),
  {
    group: 'Window',
    title: 'Keyboard shortcuts',
    icon: Keyboard,
    keys: '?',
    run: () => app.dialogs.open({ kind: 'shortcuts' }),
  },
];

export const commands = (app: App): readonly Command[] => [
  ...doing(app),
  ...aboutDue(app),
  ...aboutRotation(app),
  ...aboutTargets(app),
  ...aboutVault(app),
  ...screens.map(
    ({ screen, ...words }): Command => ({
      group: 'Go to',
      ...words,
      run: () => app.navigation.setState({ screen }),
    }),
  ),
  ...opening(app),
  ...aboutWindow(app),
  {
    group: 'Window',
    title: 'Command palette',
    icon: Search,
    keys: 'mod K',
    run: () => app.dialogs.open({ kind: 'palette' }),
  },
];
