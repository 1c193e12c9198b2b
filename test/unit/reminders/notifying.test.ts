import { expect, it } from 'vitest';
import { Notifying } from '../../../src/main/reminders/notifying.ts';
import type { Notice, NoticeAction } from '../../../src/shared/contract/due.ts';
import { RecordingNotifier } from '../../helpers/recordingNotifier.ts';

const noticeOf = (...credentialIds: readonly string[]): Notice => ({
  title: 'Something is due',
  body: 'See to it.',
  credentialIds: [...credentialIds],
  actions: ['rotate', 'snooze', 'open'],
});

/** @returns what came of telling it and of the answer */
const answered = (notice: Notice, action: NoticeAction): readonly string[] => {
  const happened: string[] = [];
  const notifier = new RecordingNotifier();
  const notifying = new Notifying({
    notifier,
    onTold: ({ title }) => happened.push(`told: ${title}`),
    snooze: (ids, until) => happened.push(`snoozed until ${until}: ${ids}`),
    onDueAsked: (replace) => happened.push(`due, replacing ${replace}`),
  });
  notifying.tell(notice);
  expect(notifier.notices).toEqual([notice]);
  expect(happened).toEqual(['told: Something is due']);
  notifier.answer(action);
  return happened.slice(1);
};

it.each<[NoticeAction, readonly string[], string]>([
  ['open', ['one'], 'due, replacing null'],
  ['rotate', ['one'], 'due, replacing one'],
  ['rotate', [], 'due, replacing null'],
  ['snooze', ['one', 'other'], 'snoozed until tomorrow: one,other'],
])('the answer “%s” to a notice about %j leads to: %s', (action, ids, outcome) => {
  expect(answered(noticeOf(...ids), action)).toEqual([outcome]);
});
