import { Kbd } from '../components/Kbd.tsx';
import { commands } from '../lib/commands.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogHeader } from './DialogForm.tsx';

export const ShortcutsDialog = () => {
  const app = useApp();
  return (
    <>
      <DialogHeader title="Keyboard shortcuts">Everything else is in the command palette.</DialogHeader>
      <ul className="columns-2 gap-x-8 px-5 pt-1 pb-5">
        {commands(app).map(
          ({ title, keys }) =>
            keys !== undefined && (
              <li key={title} className="flex h-8 break-inside-avoid items-center justify-between gap-3">
                {title} <Kbd keys={keys} />
              </li>
            ),
        )}
        <li className="flex h-8 break-inside-avoid items-center justify-between gap-3">
          Walk a list <Kbd keys="↑ ↓" />
        </li>
        <li className="flex h-8 break-inside-avoid items-center justify-between gap-3">
          Back out <Kbd keys="Esc" />
        </li>
      </ul>
    </>
  );
};
