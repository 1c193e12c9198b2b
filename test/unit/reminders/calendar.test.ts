import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/main/reminders/calendar.ts';
import { DAY, keyOf, tokenOf } from './reminding.ts';

const now = Date.parse('2026-11-24T15:03:14.000Z');
const bornMs = now - DAY;

/** What an independent reader finds. */
const read = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      ...{ uid: event.uid, summary: event.summary },
      startsAt: event.startDate.toJSDate().toISOString(),
      stampedAt: String(component.getFirstPropertyValue('dtstamp')),
    };
  });

const names = [
  'ci',
  'a;b,c\\d:e"f',
  `long ${'龍'.repeat(70)}`,
  'x'.repeat(80),
  'BEGIN:VALARM',
  'emoji 👩‍👩‍👧‍👦 '.repeat(4),
];

describe('the calendar of expiries', () => {
  it('is read by another program as what was meant, whatever the names are', () => {
    const credentials = names.map((name, index) =>
      tokenOf(`id-${index}`, { bornMs, endMs: now + index * DAY }, { name }),
    );
    const { text, events } = calendarOf(credentials, (id) => `workspace ${id}; \\n`, now);
    expect(events).toBe(names.length);
    expect(read(text)).toEqual(
      names.map((name, index) => ({
        uid: `id-${index}@nfyio-vault`,
        summary: `Access token “${name}” of workspace w; \\n expires`,
        startsAt: new Date(now + index * DAY).toISOString(),
        stampedAt: '2026-11-24T15:03:14Z',
      })),
    );
  });

  it('has lines of at most 75 octets that end in CRLF, each of them whole characters', () => {
    const credentials = names.map((name, index) => keyOf(`id-${index}`, { bornMs, endMs: now }, { name }));
    const { text } = calendarOf(credentials, () => '龍'.repeat(80), now);
    const lines = text.split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines.filter((line) => /[\r\n]/.test(line) || Buffer.byteLength(line) > 75)).toEqual([]);
    expect(text).not.toContain('\ufffd');
    expect(Buffer.from(text).toString()).toBe(text);
  });

  it('leaves out what never expires, and is a calendar without it', () => {
    const { text, events } = calendarOf([keyOf('k', { bornMs, endMs: null })], () => 'w', now);
    expect([events, read(text)]).toEqual([0, []]);
    expect(new ICAL.Component(ICAL.parse(text)).getFirstPropertyValue('version')).toBe('2.0');
  });
});
