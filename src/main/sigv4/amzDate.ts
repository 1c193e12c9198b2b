/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`, or null when it names no moment. */
export const parseAmzDate = (text: string): number | null => {
  const fields = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (fields === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1).map(Number);
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return formatAmzDate(epochMs) === text ? epochMs : null;
};

export const formatAmzDate = (epochMs: number): string =>
  new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
