import { useEffect, useState } from 'react';
import type { WireError } from '../../shared/errorCodes.ts';
import { useAction } from './useAction.ts';

interface Kept<Settings> {
  readonly settings: Settings;
}

/** Settings that the host keeps. They are shown as it has answered, never as somebody wished. */
export const useSettings = <Settings extends object>(
  { output, error }: { readonly output: Kept<Settings> | null; readonly error: WireError | null },
  save: (settings: Settings) => Promise<Kept<Settings>>,
) => {
  const [settings, setSettings] = useState<Settings | null>(null);
  const action = useAction();
  useEffect(() => setSettings(output?.settings ?? null), [output]);

  const change = (changed: Partial<Settings>): void => {
    if (settings === null) return;
    void action.run(async () => setSettings((await save({ ...settings, ...changed })).settings));
  };

  return { settings, error: action.error ?? error, change };
};
