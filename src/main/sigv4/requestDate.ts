import { formatAmzDate, parseAmzDate } from './amzDate.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';

/**
 * When a request signed in its headers says it was signed, as YYYYMMDDTHHMMSSZ: `X-Amz-Date`, and `Date` only where
 * that is absent. Null when the header is there twice or names no moment.
 */
export const requestDate = (parts: HttpRequestParts): string | null => {
  const amzDates = headerValues(parts, 'x-amz-date');
  const [text, ...others] = amzDates.length > 0 ? amzDates : headerValues(parts, 'date');
  if (text === undefined || others.length > 0) return null;
  if (parseAmzDate(text) !== null) return text;
  return amzDates.length > 0 ? null : httpDate(text);
};

// Exact to the letter: `Date.parse` alone also takes two-digit years, other zones and a great deal of garbage.
// boto3 writes the zone as a mail would.
const httpDate = (text: string): string | null => {
  const epochMs = Date.parse(text);
  const isExact =
    !Number.isNaN(epochMs) && new Date(epochMs).toUTCString() === text.replace(/ -0000$/, ' GMT');
  return isExact ? formatAmzDate(epochMs) : null;
};
