import clsx from 'clsx';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { DueItem } from '../../shared/contract/due.ts';
import { DAY_MS, DUE_WITHIN_DAYS, describeExpiry, type ExpiryTone } from '../../shared/expiry.ts';
import { type PlacedMark, placeMarks } from '../lib/timeline.ts';
import { DueMenu } from './DueMenu.tsx';

export const TIMELINE_DAYS = 90;
const TICK_DAYS = [0, 30, 60, 90];
const LANE_HEIGHT = 24;
const monthDay = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

const dots: Readonly<Record<ExpiryTone, string>> = {
  never: '',
  fresh: 'bg-accent',
  due: 'bg-warn',
  expired: 'bg-bad',
};

const percent = (share: number): string => `${share * 100}%`;

/** What has expired stands at today: the line looks ahead. */
const shareOf = (expiresAtMs: number, nowMs: number): number =>
  Math.min(1, Math.max(0, (expiresAtMs - nowMs) / (TIMELINE_DAYS * DAY_MS)));

interface MarkProps {
  readonly credential: Credential;
  readonly share: number;
  readonly place: PlacedMark;
  readonly nowMs: number;
  readonly item: DueItem | undefined;
}

const Mark = ({ credential, share, place, nowMs, item }: MarkProps) => {
  const { tone, words } = describeExpiry(credential.expiresAt, nowMs);
  const isBefore = place.label === 'before';
  const isQuiet = item !== undefined && (item.isIgnored || item.snoozedUntil !== null);
  const mark = (
    <button
      type="button"
      aria-label={`${credential.name} ${words}`}
      title={`${credential.name} ${words}`}
      className={clsx(
        'absolute flex h-6 items-center gap-1.5 rounded-full px-1.5 text-sm transition-colors hover:bg-hover',
        isBefore ? 'translate-x-3 flex-row-reverse' : '-translate-x-3',
      )}
      style={{
        bottom: place.lane * LANE_HEIGHT + 4,
        ...(isBefore ? { right: percent(1 - share) } : { left: percent(share) }),
      }}
    >
      <span
        aria-hidden
        className={clsx('size-3 shrink-0 rounded-full', isQuiet ? 'border-2 border-field-line' : dots[tone])}
      />
      {place.label !== 'none' && <span className="max-w-32 truncate">{credential.name}</span>}
    </button>
  );
  return <DueMenu credential={credential} item={item} trigger={mark} />;
};

interface DueTimelineProps {
  /** With an expiry within the line, the earliest first. */
  readonly credentials: readonly Credential[];
  readonly itemOf: (credential: Credential) => DueItem | undefined;
  readonly nowMs: number;
}

/** The picture before the table: every credential a mark on the days ahead; those that are due lie in the tinted part. */
export const DueTimeline = ({ credentials, itemOf, nowMs }: DueTimelineProps) => {
  const shares = credentials.map(({ expiresAt }) => shareOf(Date.parse(expiresAt ?? ''), nowMs));
  const places = placeMarks(credentials.map(({ name }, index) => ({ name, share: shares[index] ?? 0 })));
  const lanes = Math.max(2, ...places.map(({ lane }) => lane + 1));
  return (
    <figure
      aria-label="The next 90 days"
      className="mx-4 mt-4 rounded-xl border border-line bg-sunken px-6 pt-3 pb-2"
    >
      <div className="relative border-b border-line-strong" style={{ height: lanes * LANE_HEIGHT + 8 }}>
        <div
          aria-hidden
          className="absolute inset-y-0 left-0 rounded-t-sm bg-warn-soft"
          style={{ width: percent(DUE_WITHIN_DAYS / TIMELINE_DAYS) }}
        />
        {TICK_DAYS.map((day) => (
          <div
            key={day}
            aria-hidden
            className="absolute inset-y-0 w-px bg-line-strong"
            style={{ left: percent(day / TIMELINE_DAYS) }}
          />
        ))}
        {credentials.map((credential, index) => (
          <Mark
            key={credential.id}
            credential={credential}
            share={shares[index] ?? 0}
            place={places[index] ?? { lane: 0, label: 'none' }}
            nowMs={nowMs}
            item={itemOf(credential)}
          />
        ))}
      </div>
      <div aria-hidden className="relative mt-1 h-4 text-xs text-muted">
        {TICK_DAYS.map((day) => (
          <span
            key={day}
            className={clsx(
              'absolute whitespace-nowrap',
              day > 0 && (day === TIMELINE_DAYS ? '-translate-x-full' : '-translate-x-1/2'),
            )}
            style={{ left: percent(day / TIMELINE_DAYS) }}
          >
            {day === 0 ? 'Today' : monthDay.format(nowMs + day * DAY_MS)}
          </span>
        ))}
      </div>
    </figure>
  );
};
