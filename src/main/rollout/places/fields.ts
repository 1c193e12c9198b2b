import type { TargetChange } from '../../../shared/contract/rollout.ts';
import { AppError } from '../../lib/appError.ts';
import { parseBoundedJson } from '../../lib/boundedJson.ts';
import type { NamedValue } from '../placeWriter.ts';

/** A JSON object that somebody keeps in a place: ours are some of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

const unreadable = (problem: string): AppError =>
  new AppError('TARGET_UNREADABLE', { detail: `${problem}.` });

const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Any decimal of up to 15 digits comes back from a double as it went in. */
const survives = (number: string): boolean => {
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  return digits.length <= 15 && Number.isFinite(Number(number));
};

/**
 * JSON of others that is to be written again as it was.
 * @throws AppError TARGET_UNREADABLE, also for a number that would not come out as it went in
 */
export const rewritableJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = parseBoundedJson(text);
  } catch {
    // Not passed on: that error quotes the text.
    throw unreadable('It is not JSON');
  }
  const isNumber = (token: string): boolean => !token.startsWith('"');
  if (!(text.match(tokens) ?? []).filter(isNumber).every(survives))
    throw unreadable('It has a number that is too long to be written again as it was');
  return value;
};

/** @throws AppError TARGET_UNREADABLE */
export const asFields = (value: unknown): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('It is not a JSON object');
  return value as Fields;
};

export const changesOf = (fields: Fields, values: readonly NamedValue[]): readonly TargetChange[] =>
  values.map(({ name, value }) => ({
    name,
    change: !Object.hasOwn(fields, name) ? 'add' : fields[name] === value.reveal() ? 'same' : 'replace',
  }));

export const holdsAll = (fields: Fields, values: readonly NamedValue[]): boolean =>
  changesOf(fields, values).every(({ change }) => change === 'same');

export const merged = (fields: Fields, values: readonly NamedValue[]): Fields => ({
  ...fields,
  ...Object.fromEntries(values.map(({ name, value }) => [name, value.reveal()])),
});
