import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';

/** Readers for option values. What they refuse is a usage error that names the option. */

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
};

export const port = (text: string): number => {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('A port is at most 65535.');
  return number;
};

/** Its whole path. What is run much later is looked at now, while somebody reads the answer. */
export const programFile = (text: string): string => {
  const path = resolve(text);
  try {
    accessSync(path, constants.X_OK);
    if (statSync(path).isFile()) return path;
  } catch {
    // As for a folder.
  }
  throw new InvalidArgumentError(`${path} is not a file that may be executed.`);
};

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `90s`, `10m`, `8h`, `30d`, `2w` in milliseconds. */
export const durationMs = (text: string): number => {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (amount === '') throw new InvalidArgumentError('It has to look like 90s, 10m, 8h, 30d or 2w.');
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
};

/** An ISO 8601 day or time, as UTC with milliseconds. A day means its first moment. */
export const isoTime = (text: string): string => {
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError(
      'It has to be a day or a UTC time, like 2027-01-31 or 2027-01-31T12:00:00Z.',
    );
  }
  return new Date(time).toISOString();
};
