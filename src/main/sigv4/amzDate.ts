/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`, or null when it names no moment. */
export const parseAmzDate = (text: string): number | null => {
  const fields = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (fields === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1).map(Number);
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return formatAmzDate(epochMs) === text ? epochMs : null;
};

/** For the years 1000 to 9999. */
export const formatAmzDate = (epochMs: number): string => {
  const date = new Date(epochMs);
  const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  const time = date.getUTCHours() * 10_000 + date.getUTCMinutes() * 100 + date.getUTCSeconds();
  return `${day}T${String(time).padStart(6, '0')}Z`;
};
