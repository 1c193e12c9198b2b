import { commandKey } from '../lib/shortcuts.ts';

/** `mod+k` as the keys of this machine. */
export const Kbd = ({ keys }: { readonly keys: string }) => (
  <span className="inline-flex gap-0.5">
    {keys.split(' ').map((part) => (
      <kbd
        key={part}
        className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong bg-canvas px-1 font-sans text-xs text-muted"
      >
        {part === 'mod' ? commandKey() : part}
      </kbd>
    ))}
  </span>
);
