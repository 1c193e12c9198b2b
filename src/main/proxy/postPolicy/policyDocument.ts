import type { LengthRange } from './passFile.ts';

/** `value` holds one character per byte, like the field it is compared with. */
export interface FieldCondition {
  readonly kind: 'eq' | 'starts-with';
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

export interface Policy {
  readonly expiresAtMs: number;
  readonly conditions: readonly FieldCondition[];
  readonly range: LengthRange;
}

/** Lower-case name to value. */
export type FormValues = ReadonlyMap<string, string>;

/** null: it is not the documented form, to the letter. */
export const parsePolicy = (base64: string): Policy | null => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const document = parseJson(Buffer.from(base64, 'base64').toString('utf8'));
  const expiresAtMs = parseTime(document.expiration);
  if (expiresAtMs === null || !Array.isArray(document.conditions)) return null;
  const conditions: FieldCondition[] = [];
  let range: LengthRange = { min: 0, max: Number.MAX_SAFE_INTEGER };
  for (const item of document.conditions) {
    const condition = readFieldCondition(item);
    const limits = readRange(item);
    if (condition !== null) conditions.push(condition);
    else if (limits === null) return null;
    else range = { min: Math.max(range.min, limits.min), max: Math.min(range.max, limits.max) };
  }
  return { expiresAtMs, conditions, range };
};

const parseJson = (text: string): { readonly expiration?: unknown; readonly conditions?: unknown } => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};

const parseTime = (value: unknown): number | null => {
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value);
  const timeMs = isTime ? Date.parse(value) : Number.NaN;
  return Number.isNaN(timeMs) ? null : timeMs;
};

const inBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const readFieldCondition = (item: unknown): FieldCondition | null => {
  if (Array.isArray(item)) {
    const [kind, field, value, ...others] = item;
    const isField = typeof field === 'string' && /^\$./.test(field) && typeof value === 'string';
    return isField && (kind === 'eq' || kind === 'starts-with') && others.length === 0
      ? { kind, name: field.slice(1).toLowerCase(), value: inBytes(value) }
      : null;
  }
  const [entry, ...others] = typeof item === 'object' && item !== null ? Object.entries(item) : [];
  return entry !== undefined && others.length === 0 && typeof entry[1] === 'string'
    ? { kind: 'eq', name: entry[0].toLowerCase(), value: inBytes(entry[1]) }
    : null;
};

const readRange = (item: unknown): LengthRange | null => {
  if (!Array.isArray(item) || item.length !== 3 || item[0] !== 'content-length-range') return null;
  const [min, max] = item.slice(1).map((value) => (/^\d{1,15}$/.test(String(value)) ? Number(value) : null));
  return typeof min === 'number' && typeof max === 'number' ? { min, max } : null;
};

/** What the signature covers otherwise, or what it is; and what S3 promises to ignore. */
const needsNoCondition = (name: string): boolean =>
  name === 'policy' || name === 'x-amz-signature' || name.startsWith('x-ignore-');

/** Whether every condition holds, and every value is covered by one. */
export const obeysPolicy = ({ conditions }: Policy, values: FormValues): boolean => {
  const covered = new Set(conditions.map(({ name }) => name));
  const isCovered = [...values.keys()].every((name) => covered.has(name) || needsNoCondition(name));
  return isCovered && conditions.every((condition) => holds(condition, values));
};

const holds = ({ kind, name, value }: FieldCondition, values: FormValues): boolean => {
  const given = values.get(name) ?? '';
  return kind === 'eq' ? given === value : given.startsWith(value);
};
