import clsx from 'clsx';
import { Keyboard, Lock, Search } from 'lucide-react';
import { Button, IconButton } from '../components/Button.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { lockVault, screens } from '../lib/commands.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import type { Screen } from '../stores/navigation.ts';
import { ProxyState } from './ProxyState.tsx';
import { ThemeMenu } from './ThemeMenu.tsx';
import { WorkspaceMenu } from './WorkspaceMenu.tsx';

const linkId = (screen: Screen): string => `#${screen}`;

export const Rail = () => {
  const app = useApp();
  const current = useSlice('navigation', (state) => state.screen);
  const dueCount = useSlice('session', (state) => state.status?.attention ?? 0);
  return (
    <aside
      aria-label="Vault"
      className="flex w-54 shrink-0 flex-col border-r border-line bg-rail max-[900px]:w-14"
    >
      <div className="p-2">
        <WorkspaceMenu />
      </div>
      <button
        type="button"
        onClick={() => app.dialogs.open({ kind: 'palette' })}
        className="mx-2 mb-2 flex h-7 items-center gap-2 rounded-md border border-line bg-canvas px-2.5 text-muted hover:bg-hover max-[900px]:justify-center"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="max-[900px]:sr-only">Search…</span>
        <span aria-hidden className="ml-auto max-[900px]:hidden">
          <Kbd keys="mod K" />
        </span>
      </button>
      <nav aria-label="Screens" className="flex-1 space-y-px px-2">
        {screens.map(({ screen, title, icon: Icon }) => (
          <div key={screen} className="relative">
            <a
              href={linkId(screen)}
              aria-current={screen === current ? 'page' : undefined}
              title={title}
              onClick={(event) => {
                event.preventDefault();
                app.navigation.setState({ screen });
              }}
              className={clsx(
                'flex h-8 cursor-default items-center gap-2.5 rounded-md px-2.5 transition-colors max-[900px]:justify-center max-[900px]:px-0',
                screen === current
                  ? 'bg-pressed font-medium text-ink'
                  : 'text-muted hover:bg-hover hover:text-ink',
              )}
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className="max-[900px]:sr-only">{title}</span>
            </a>
            {screen === 'due' && dueCount > 0 && (
              <span className="pointer-events-none absolute top-2 right-2.5 rounded-full bg-warn-soft px-1.5 text-xs font-semibold text-warn-ink max-[900px]:top-0 max-[900px]:right-0">
                {dueCount}
              </span>
            )}
          </div>
        ))}
      </nav>
      <ProxyState />
      <div className="flex items-center gap-1 border-t border-line p-2 max-[900px]:flex-col">
        <Button
          tone="quiet"
          aria-label="Lock the vault"
          className="mr-auto max-[900px]:mr-0"
          onClick={() => void lockVault(app)}
        >
          <Lock aria-hidden /> <span className="max-[900px]:sr-only">Lock</span>
        </Button>
        <ThemeMenu />
        <IconButton label="Keyboard shortcuts" onClick={() => app.dialogs.open({ kind: 'shortcuts' })}>
          <Keyboard aria-hidden />
        </IconButton>
      </div>
    </aside>
  );
};
