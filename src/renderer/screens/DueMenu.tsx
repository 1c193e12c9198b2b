import { BellOff, BellRing, Eye, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { DueItem } from '../../shared/contract/due.ts';
import { Menu, MenuItem, MenuSeparator } from '../components/Menu.tsx';
import { replacementOf } from '../lib/replacement.ts';
import { snooze, snoozeChoices } from '../lib/snooze.ts';
import { useApp } from '../stores/appContext.tsx';

interface DueMenuProps {
  readonly credential: Credential;
  /** undefined: nothing is to be done yet. */
  readonly item: DueItem | undefined;
  readonly trigger: ReactNode;
}

/** What can be done about a credential, from its mark and from its row. */
export const DueMenu = ({ credential, item, trigger }: DueMenuProps) => {
  const app = useApp();
  const isQuiet = item !== undefined && (item.isIgnored || item.snoozedUntil !== null);
  return (
    <Menu trigger={trigger}>
      <MenuItem onSelect={() => app.dialogs.open(replacementOf(credential, false))}>
        <RefreshCw aria-hidden /> Replace…
      </MenuItem>
      {item?.reasons.includes('wide') && (
        <MenuItem onSelect={() => app.dialogs.open(replacementOf(credential, true))}>
          <RefreshCw aria-hidden /> Replace by one that reads…
        </MenuItem>
      )}
      <MenuItem
        onSelect={() => app.navigation.setState({ screen: 'credentials', credentialId: credential.id })}
      >
        <Eye aria-hidden /> Show the credential
      </MenuItem>
      <MenuSeparator />
      {isQuiet ? (
        <MenuItem onSelect={() => void snooze(app, credential.id, 'now')}>
          <BellRing aria-hidden /> Remind me again
        </MenuItem>
      ) : (
        snoozeChoices.map(({ until, title }) => (
          <MenuItem key={until} onSelect={() => void snooze(app, credential.id, until)}>
            <BellOff aria-hidden /> {title}
          </MenuItem>
        ))
      )}
    </Menu>
  );
};
