import { BellOff, MoreHorizontal } from 'lucide-react';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { DueItem } from '../../shared/contract/due.ts';
import { adviceTable } from '../../shared/reminderReasons.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { CredentialIcon } from '../components/CredentialIcon.tsx';
import { ExpiryBadge } from '../components/ExpiryBadge.tsx';
import { formatDateTime } from '../lib/format.ts';
import { replacementOf } from '../lib/replacement.ts';
import { credentialWords } from '../lib/scopeWords.ts';
import { useApp } from '../stores/appContext.tsx';
import { DueMenu } from './DueMenu.tsx';

export interface DueRow {
  readonly credential: Credential;
  /** undefined: nothing is to be done yet. */
  readonly item: DueItem | undefined;
}

const Why = ({ item }: { readonly item: DueItem }) => (
  <>
    {item.reasons
      .filter((reason) => reason !== 'expiry')
      .map((reason) => (
        <p key={reason} className="text-pretty">
          {adviceTable[reason].because} <span className="text-muted">{adviceTable[reason].try}</span>
        </p>
      ))}
    {(item.isIgnored || item.snoozedUntil !== null) && (
      <p className="flex items-center gap-1.5 text-sm text-muted">
        <BellOff aria-hidden className="size-3 shrink-0" />
        {item.isIgnored
          ? 'You are not reminded of it.'
          : `You are reminded again on ${formatDateTime(item.snoozedUntil ?? '')}.`}
      </p>
    )}
  </>
);

const Line = ({ credential, item }: DueRow) => {
  const { dialogs, navigation } = useApp();
  return (
    <tr className="border-t border-line align-top">
      <td className="py-2 pr-3">
        <button
          type="button"
          onClick={() => navigation.setState({ screen: 'credentials', credentialId: credential.id })}
          className="flex max-w-full items-center gap-2 rounded-md text-left font-medium hover:text-accent-ink [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted"
        >
          <CredentialIcon kind={credential.kind} />
          <span className="truncate">{credential.name}</span>
        </button>
        <p className="truncate pl-5.5 text-sm text-muted">{credentialWords(credential).join(' · ')}</p>
      </td>
      <td className="space-y-0.5 py-2 pr-3">
        <ExpiryBadge expiresAt={credential.expiresAt} />
        {item !== undefined && <Why item={item} />}
      </td>
      <td className="py-1.5">
        <div className="flex justify-end gap-1">
          <Button
            aria-label={`Replace ${credential.name}`}
            onClick={() => dialogs.open(replacementOf(credential, item?.reasons.includes('wide') ?? false))}
          >
            Replace…
          </Button>
          <DueMenu
            credential={credential}
            item={item}
            trigger={
              <IconButton label={`More for ${credential.name}`}>
                <MoreHorizontal aria-hidden />
              </IconButton>
            }
          />
        </div>
      </td>
    </tr>
  );
};

interface DueTableProps {
  readonly title: string;
  readonly rows: readonly DueRow[];
}

export const DueTable = ({ title, rows }: DueTableProps) =>
  rows.length === 0 ? null : (
    <section className="px-4 pt-5">
      <h2 className="pb-1.5 text-sm font-semibold text-muted">{title}</h2>
      <table aria-label={title} className="w-full table-fixed">
        <thead className="sr-only">
          <tr>
            <th scope="col">Credential</th>
            <th scope="col">Why</th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <colgroup>
          <col className="w-[34%]" />
          <col />
          <col className="w-32" />
        </colgroup>
        <tbody>
          {rows.map((row) => (
            <Line key={row.credential.id} {...row} />
          ))}
        </tbody>
      </table>
    </section>
  );
