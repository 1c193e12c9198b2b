import { WifiOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Toaster } from 'sonner';
import { Button } from './components/Button.tsx';
import { ErrorNote } from './components/ErrorNote.tsx';
import { DialogHost } from './dialogs/DialogHost.tsx';
import { type Shown, screenFor } from './lib/screenFor.ts';
import { useShortcuts } from './lib/shortcuts.ts';
import { useUse } from './lib/useUse.ts';
import { FirstRun } from './screens/FirstRun.tsx';
import { LockScreen } from './screens/LockScreen.tsx';
import { Shell } from './screens/Shell.tsx';
import { followCore, useApp, useSlice } from './stores/appContext.tsx';

const LinkBanner = () => {
  const link = useSlice('session', (state) => state.link);
  const host = useSlice('session', (state) => state.info?.host);
  if (link !== 'lost') return null;
  return (
    <div
      role="alert"
      className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-warn-ink"
    >
      <WifiOff aria-hidden className="size-3.5" />
      <span>
        <strong className="font-semibold">Connection lost.</strong> Trying again…
        {host !== 'desktop' &&
          ' If nfyio Vault was restarted, open the new link that `nfyio-vault serve --ui` printed.'}
      </span>
    </div>
  );
};

const Screen = () => {
  const { session } = useApp();
  const vault = useSlice('session', (state) => state.status?.vault ?? null);
  const failure = useSlice('session', (state) => state.failure);
  const loaded = useSlice('library', (state) => state.loaded);
  const workspaceCount = useSlice('library', (state) => state.workspaces.length);
  const before = useRef<Shown>('nothing');
  const shown = screenFor(vault, loaded, workspaceCount, before.current);
  useEffect(() => {
    before.current = shown;
  }, [shown]);

  if (vault === null && failure !== null)
    return (
      <main className="mx-auto flex max-w-120 flex-1 flex-col justify-center gap-3 px-6">
        <ErrorNote what="nfyio Vault does not answer" error={failure} />
        <Button onClick={() => void session.load()}>Try again</Button>
      </main>
    );
  if (shown === 'firstRun') return <FirstRun />;
  if (shown === 'lock') return <LockScreen />;
  return shown === 'shell' ? <Shell /> : null;
};

export const Root = () => {
  const app = useApp();
  const theme = useSlice('theme', (state) => state.theme);
  useEffect(() => followCore(app), [app]);
  useShortcuts(app);
  useUse(app);
  return (
    <div className="flex h-full flex-col">
      <LinkBanner />
      <Screen />
      <DialogHost />
      <Toaster position="bottom-right" theme={theme} closeButton />
    </div>
  );
};
