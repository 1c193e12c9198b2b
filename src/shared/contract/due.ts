import { z } from 'zod';
import { reminderReasons } from '../reminderReasons.ts';
import { credentialKind } from './credentials.ts';
import { call } from './define.ts';
import { done, isoTime, none, reference } from './words.ts';

/** A credential that asks for something to be done. */
export const dueItem = z.object({
  id: z.string(),
  uid: z.string().nullable(),
  workspaceId: z.string(),
  kind: credentialKind,
  name: z.string(),
  expiresAt: isoTime.nullable(),
  /** Whole days left, negative once expired; null when it never expires. */
  daysLeft: z.number().int().nullable(),
  /** At least one, the most urgent first. */
  reasons: z.array(z.enum(reminderReasons)),
  /** Nobody is reminded of it before; null: it is not snoozed. */
  snoozedUntil: isoTime.nullable(),
  /** Nobody is reminded of it ever again. */
  isIgnored: z.boolean(),
});
export type DueItem = z.infer<typeof dueItem>;

/** `now` ends a snooze, and an ignoring. */
export const snoozeUntil = z.enum(['tomorrow', '3d', 'never', 'now']);
export type SnoozeUntil = z.infer<typeof snoozeUntil>;

export const reminderSettings = z
  .object({
    /** Days before an expiry, 0 being the expiry itself. None: nobody is reminded of expiries. */
    stepsDays: z
      .array(z.number().int('whole days').min(0).max(365))
      .max(20, 'at most 20 steps')
      .refine((days) => new Set(days).size === days.length, 'every step once'),
    /** Whether notifications name credentials. They may be seen on a locked screen. */
    showNames: z.boolean(),
  })
  .strict();
export type ReminderSettings = z.infer<typeof reminderSettings>;

export const noticeAction = z.enum(['rotate', 'snooze', 'open']);
export type NoticeAction = z.infer<typeof noticeAction>;

/** What a person is told without asking. Never a secret, and no name unless that was chosen. */
export const notice = z.object({
  title: z.string(),
  body: z.string(),
  /** Ids of the credentials that it is about. */
  credentialIds: z.array(z.string()),
  /** What can be done about it at once; `open` is always there. */
  actions: z.array(noticeAction),
});
export type Notice = z.infer<typeof notice>;

const settings = z.object({ settings: reminderSettings });

export const dueCalls = {
  /** The most urgent first; those that are snoozed or ignored too. */
  'due.list': call(none, z.object({ due: z.array(dueItem) })),
  'due.snooze': call(
    z.object({ credential: reference, kind: credentialKind.optional(), until: snoozeUntil }).strict(),
    done,
  ),
  /** Writes every expiry as an event of an iCalendar file. The path is absolute; an existing file is not overwritten. */
  'due.calendar': call(
    z.object({ path: z.string().min(1).max(4096) }).strict(),
    z.object({ path: z.string(), events: z.number().int() }),
  ),
  'reminder.settings': call(none, settings),
  'reminder.configure': call(reminderSettings, settings),
} as const;
