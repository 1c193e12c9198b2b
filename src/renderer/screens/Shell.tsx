import { useEffect } from 'react';
import { useFocusKept } from '../lib/useFocusKept.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useSlice } from '../stores/appContext.tsx';
import { ActivityScreen } from './ActivityScreen.tsx';
import { ConnectionsScreen } from './ConnectionsScreen.tsx';
import { CredentialsScreen } from './CredentialsScreen.tsx';
import { DueScreen } from './DueScreen.tsx';
import { Rail } from './Rail.tsx';
import { VaultScreen } from './VaultScreen.tsx';

export const Shell = () => {
  const screen = useSlice('navigation', (state) => state.screen);
  const accent = useWorkspace()?.accent;
  useFocusKept();
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (accent !== undefined) dataset.accent = accent;
    return () => {
      delete dataset.accent;
    };
  }, [accent]);
  return (
    <div className="flex min-h-0 flex-1">
      <Rail />
      {screen === 'credentials' && <CredentialsScreen />}
      {screen === 'connections' && <ConnectionsScreen />}
      {screen === 'activity' && <ActivityScreen />}
      {screen === 'due' && <DueScreen />}
      {screen === 'vault' && <VaultScreen />}
    </div>
  );
};
