import type { ActivityEntry } from '../../shared/contract/activity.ts';

type Test = (entry: ActivityEntry) => boolean;

const includes = (text: string | null, part: string): boolean => text?.toLowerCase().includes(part) ?? false;

const fields: Readonly<Record<string, (value: string) => Test>> = {
  // `status:4` and `status:4xx` mean every status that begins with 4.
  status: (value) => (entry) => String(entry.status).startsWith(value.replace(/x+$/, '')),
  method: (value) => (entry) => entry.method.toLowerCase() === value,
  kind: (value) => (entry) => entry.kind === value,
  connection: (value) => (entry) => includes(entry.connection, value),
  credential: (value) => (entry) => includes(entry.credential, value),
  code: (value) => (entry) => includes(entry.refusal, value),
  path: (value) => (entry) => includes(entry.path, value),
  bucket: (value) => (entry) => entry.kind === 's3' && entry.path.toLowerCase().split('/')[1] === value,
  tool: (value) => (entry) => includes(entry.client?.exe ?? null, value),
};

const anywhere =
  (word: string): Test =>
  (entry) =>
    [entry.method, entry.path, entry.connection, entry.credential, entry.refusal].some((text) =>
      includes(text, word),
    );

/** `status:403 connection:ci photos`: every word must fit. */
export const parseActivityFilter = (text: string): Test => {
  const tests = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const [field = '', ...rest] = word.split(':');
      const value = rest.join(':');
      const named = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (named === undefined) return anywhere(word);
      return value === '' ? () => true : named(value);
    });
  return (entry) => tests.every((test) => test(entry));
};
