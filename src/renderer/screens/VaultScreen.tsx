import { ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { EarlierStates } from './EarlierStates.tsx';
import { LockSettings } from './LockSettings.tsx';
import { MoveSecrets } from './MoveSecrets.tsx';
import { ReminderSettings } from './ReminderSettings.tsx';
import { WaysToOpen } from './WaysToOpen.tsx';

export const VaultScreen = () => (
  <ScreenFrame title="Vault">
    <ListPane>
      <div className="max-w-160 space-y-8 px-4 py-5">
        <WaysToOpen />
        <LockSettings />
        <ReminderSettings />
        <EarlierStates />
        <MoveSecrets />
      </div>
    </ListPane>
  </ScreenFrame>
);
