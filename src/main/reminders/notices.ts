import type { Notice } from '../../shared/contract/due.ts';
import { describeExpiry } from '../../shared/expiry.ts';
import { adviceTable, type ReminderReason } from '../../shared/reminderReasons.ts';
import type { Reminder } from './schedule.ts';

/** What is written where anybody may look over the shoulder: a locked screen, a log. */

const MOST_NAMES = 5;
const kindWords = { token: 'access token', key: 'access key' } as const;

const onlyOne = ({ credential, reasons }: Reminder, showNames: boolean, nowMs: number): Notice => {
  const [reason = 'expiry'] = reasons;
  const { kind, name, expiresAt, id } = credential;
  const { tone, words } = describeExpiry(expiresAt, nowMs);
  const state = tone === 'expired' ? 'has expired' : 'is about to expire';
  const named = showNames ? `“${name}”` : 'It';
  const title = `An ${kindWords[kind]} ${reason === 'expiry' ? state : adviceTable[reason].title}`;
  const remark =
    reason === 'expiry'
      ? `${named} ${words}.`
      : `${showNames ? `${named}: ` : ''}${adviceTable[reason].because}`;
  const remedy = reason === 'expiry' ? 'Open nfyio Vault to replace it.' : adviceTable[reason].try;
  return {
    title,
    body: `${remark} ${remedy}`,
    credentialIds: [id],
    actions: ['rotate', 'snooze', 'open'],
  };
};

const summary = (reminders: readonly Reminder[], showNames: boolean, nowMs: number): Notice => {
  const isExpired = ({ credential }: Reminder): boolean =>
    describeExpiry(credential.expiresAt, nowMs).tone === 'expired';
  const first = (reason: ReminderReason): readonly Reminder[] =>
    reminders.filter(({ reasons }) => reasons[0] === reason);
  const groups: readonly (readonly [readonly Reminder[], string])[] = [
    [first('refused'), 'refused by the service'],
    [first('expiry').filter(isExpired), 'expired'],
    [first('expiry').filter((reminder) => !isExpired(reminder)), 'about to expire'],
    ...(['old', 'unused', 'wide'] as const).map(
      (advice) => [first(advice), adviceTable[advice].short] as const,
    ),
  ];
  const inWords = ([group, words]: (typeof groups)[number]): string => {
    const names = group.slice(0, MOST_NAMES).map(({ credential }) => `“${credential.name}”`);
    const more = group.length > MOST_NAMES ? ` and ${group.length - MOST_NAMES} more` : '';
    return `${group.length} ${words}${showNames ? ` (${names.join(', ')}${more})` : ''}`;
  };
  return {
    title: `${reminders.length} credentials need attention`,
    body: `${groups
      .filter(([group]) => group.length > 0)
      .map(inWords)
      .join(', ')}.`,
    credentialIds: reminders.map(({ credential }) => credential.id),
    actions: ['snooze', 'open'],
  };
};

/** One notice, however many reminders there are. @param reminders at least one */
export const noticeOf = (reminders: readonly Reminder[], showNames: boolean, nowMs: number): Notice => {
  const [only, another] = reminders;
  return only !== undefined && another === undefined
    ? onlyOne(only, showNames, nowMs)
    : summary(reminders, showNames, nowMs);
};
