import { describe, expect, it } from 'vitest';
import { requestDate } from '../../../src/main/sigv4/requestDate.ts';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';

const dateOf = (...headers: HeaderPair[]): string | null =>
  requestDate({ method: 'GET', rawPath: '/', rawQuery: '', headers });

describe('the date of a request signed in its headers', () => {
  it('is X-Amz-Date, whatever Date says', () => {
    expect(dateOf(['Date', 'Mon, 23 Nov 2026 10:11:12 GMT'], ['X-Amz-Date', '20261124T000000Z'])).toBe(
      '20261124T000000Z',
    );
    expect(dateOf(['date', 'garbage'], ['x-amz-date', '20261124T000000Z'])).toBe('20261124T000000Z');
  });

  it.each(['Mon, 23 Nov 2026 10:11:12 GMT', 'Mon, 23 Nov 2026 10:11:12 -0000', '20261123T101112Z'])(
    'is Date where there is no other: %s',
    (text) => expect(dateOf(['Date', text])).toBe('20261123T101112Z'),
  );

  it.each([
    'Monday, 23-Nov-26 10:11:12 GMT',
    'Mon Nov 23 10:11:12 2026',
    'Mon, 23 Nov 26 10:11:12 GMT',
    'Tue, 23 Nov 2026 10:11:12 GMT',
    'Mon, 23 Nov 2026 10:11:12 +0100',
    'Mon, 23 Nov 2026 10:11:12 GMT ',
    'Sun, 31 Feb 2026 10:11:12 GMT',
    '2026-11-23T10:11:12Z',
    '20261123T101112',
    '20261123T101160Z',
    '261123T101112Z',
    '',
    'garbage',
    'Invalid Date',
    '-0000',
  ])('is unknown when Date is %j', (text) => expect(dateOf(['Date', text])).toBeNull());

  it('is unknown when X-Amz-Date is no moment, even next to a good Date', () => {
    const good: HeaderPair = ['Date', 'Mon, 23 Nov 2026 10:11:12 GMT'];
    expect(dateOf(good, ['X-Amz-Date', 'Mon, 23 Nov 2026 10:11:12 GMT'])).toBeNull();
    expect(dateOf(good, ['X-Amz-Date', ''])).toBeNull();
  });

  it('is unknown when the header is there twice, or not at all', () => {
    expect(dateOf(['X-Amz-Date', '20261124T000000Z'], ['x-amz-date', '20261124T000000Z'])).toBeNull();
    expect(dateOf(['Date', '20261124T000000Z'], ['date', '20261124T000000Z'])).toBeNull();
    expect(dateOf()).toBeNull();
  });
});
