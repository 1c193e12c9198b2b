import clsx from 'clsx';
import type { ComponentProps } from 'react';

type Tone = 'primary' | 'plain' | 'quiet' | 'caution' | 'danger';

const tones: Readonly<Record<Tone, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover shadow-xs',
  plain: 'bg-raised text-ink border border-line-strong hover:bg-hover active:bg-pressed shadow-xs',
  // Leads to something that cannot be undone, and asks first; `danger` does it.
  caution: 'bg-raised text-bad-ink border border-line-strong hover:bg-bad-soft active:bg-bad-soft shadow-xs',
  quiet: 'text-muted hover:bg-hover hover:text-ink active:bg-pressed',
  danger: 'bg-bad-fill text-on-accent hover:brightness-110 shadow-xs',
};

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: Tone;
  /** Shows that it is at work. Never disabled for that: a button that is loses the focus, and with it the keyboard. */
  readonly busy?: boolean;
}

export const Button = ({ tone = 'plain', busy = false, className, ...rest }: ButtonProps) => (
  <button
    type="button"
    aria-busy={busy}
    className={clsx(
      'inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 font-medium whitespace-nowrap transition-colors disabled:opacity-60 [&_svg]:size-3.5',
      busy && 'animate-pulse',
      tones[tone],
      className,
    )}
    {...rest}
  />
);

export interface IconButtonProps extends ComponentProps<'button'> {
  /** Its accessible name, and what the tooltip says. */
  readonly label: string;
}

export const IconButton = ({ label, className, ...rest }: IconButtonProps) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    className={clsx(
      'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink active:bg-pressed disabled:opacity-50 [&_svg]:size-3.5',
      className,
    )}
    {...rest}
  />
);
