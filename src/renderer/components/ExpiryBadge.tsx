import clsx from 'clsx';
import { describeExpiry, type ExpiryTone } from '../../shared/expiry.ts';
import { formatDateTime } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';

const tones: Readonly<Record<ExpiryTone, string>> = {
  never: 'text-faint',
  fresh: 'text-muted',
  due: 'bg-warn-soft text-warn-ink',
  expired: 'bg-bad-soft text-bad-ink',
};

export const ExpiryBadge = ({ expiresAt }: { readonly expiresAt: string | null }) => {
  const { tone, words } = describeExpiry(expiresAt, useNow(30_000));
  return (
    <span
      title={expiresAt === null ? undefined : formatDateTime(expiresAt)}
      className={clsx(
        'inline-flex h-5 shrink-0 items-center rounded-full text-sm whitespace-nowrap',
        (tone === 'due' || tone === 'expired') && 'px-2 font-medium',
        tones[tone],
      )}
    >
      {words}
    </span>
  );
};
