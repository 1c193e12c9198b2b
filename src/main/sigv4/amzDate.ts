/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`, or null when it names no moment. */
export const parseAmzDate = (text: string): number | null => {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return null;
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const epochMs = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
  return formatAmzDate(epochMs) === text ? epochMs : null;
};

/** For the years 1000 to 9999. */
export const formatAmzDate = (epochMs: number): string => {
  const date = new Date(epochMs);
  const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  const time = date.getUTCHours() * 10_000 + date.getUTCMinutes() * 100 + date.getUTCSeconds();
  return `${day}T${String(time).padStart(6, '0')}Z`;
};
