/** Why a person is reminded of a credential, and what to do about it: for notification, window and command line alike. */

/** Beside an expiry, which has words of its own (`expiry.ts`). */
export const advices = ['refused', 'old', 'unused', 'wide'] as const;
export type Advice = (typeof advices)[number];

/** The most urgent first. */
export const reminderReasons = ['refused', 'expiry', 'old', 'unused', 'wide'] as const;
export type ReminderReason = (typeof reminderReasons)[number];

export const OLD_AFTER_DAYS = 90;
export const UNUSED_AFTER_DAYS = 60;
export const WIDE_AFTER_DAYS = 30;

interface AdviceRow {
  /** Goes on after "An access key …". */
  readonly title: string;
  /** For a badge. */
  readonly short: string;
  readonly because: string;
  readonly try: string;
}

export const adviceTable: Readonly<Record<Advice, AdviceRow>> = {
  refused: {
    title: 'was refused by the service',
    short: 'refused',
    because: 'The service answers that it is wrong, expired or deleted there.',
    try: 'Replace it, and delete it here.',
  },
  old: {
    title: 'is old and never expires',
    short: 'old',
    because: `It has been in use for more than ${OLD_AFTER_DAYS} days and has no expiry.`,
    try: 'Replace it by one that expires.',
  },
  unused: {
    title: 'is not used',
    short: 'unused',
    because: `Nothing has used it through this vault for ${UNUSED_AFTER_DAYS} days.`,
    try: 'Delete it, unless something else needs it.',
  },
  wide: {
    title: 'may do more than it is used for',
    short: 'wider than its use',
    because: `It only read in the last ${WIDE_AFTER_DAYS} days, and it may write.`,
    try: 'Replace it by one that may only read.',
  },
};
