/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`, or null when it names no moment. */
export const parseAmzDate = (text: string): number | null => {
  if (!/^[1-9]\d{7}T\d{6}Z$/.test(text)) return null;
  const day = digits(text, 0, 8);
  const time = digits(text, 9, 15);
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
  date.setUTCHours(Math.floor(time / 10_000), Math.floor(time / 100) % 100, time % 100);
  // What is out of range (a thirteenth month, a 24th hour) was carried over into the next unit.
  return dayOf(date) === day && timeOf(date) === time ? date.getTime() : null;
};

/** The number that they write; without a piece of text for each. */
const digits = (text: string, from: number, to: number): number => {
  let number = 0;
  for (let index = from; index < to; index += 1) number = number * 10 + text.charCodeAt(index) - 48;
  return number;
};

const dayOf = (date: Date): number =>
  date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();

const timeOf = (date: Date): number =>
  date.getUTCHours() * 10_000 + date.getUTCMinutes() * 100 + date.getUTCSeconds();

/** For the years 1000 to 9999. */
export const formatAmzDate = (epochMs: number): string => {
  const date = new Date(epochMs);
  return `${dayOf(date)}T${String(timeOf(date)).padStart(6, '0')}Z`;
};
