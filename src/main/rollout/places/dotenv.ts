import { applied, type Edit, lineAt, lineLike } from '../../files/edits.ts';
import { readEnv } from '../../files/envFile.ts';
import type { Setting, SettingsFile } from '../../files/settings.ts';
import { AppError } from '../../lib/appError.ts';
import type { PlaceOf } from '../placeWriter.ts';
import { fileWriter, type PlainValue, type TextForm } from './fileWriter.ts';

/** Means itself, bare and in any quotes, to a shell and to every reader of such files. */
const isPlain = (value: string): boolean => /^[A-Za-z0-9_./+:=@%,-]+$/.test(value);

/** So that `sh` and the readers of `.env` files in other languages read the same. */
const written = ({ name, text }: PlainValue): string => {
  if (isPlain(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/[\u0000-\u001f\u007f']/.test(text)) return `'${text}'`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/[\u0000-\u001f\u007f"$`\\]/.test(text)) return `"${text}"`;
  throw new AppError('TARGET_UNREADABLE', {
    detail: `The value for ${name} cannot be written so that a shell and other programs read the same.`,
  });
};

/** Around a value that needs no quotes those that are there stay. */
const replacing =
  (value: PlainValue) =>
  ({ rawStart, valueStart, valueEnd }: Setting): Edit =>
    isPlain(value.text)
      ? { start: valueStart, end: valueEnd, text: value.text }
      : { start: rawStart, end: valueEnd + (valueStart - rawStart), text: written(value) };

const editsFor = (file: SettingsFile, value: PlainValue): readonly Edit[] => {
  const present = file.settings.filter(({ key }) => key === value.name);
  if (present.length > 0) return present.map(replacing(value));
  const model = file.settings.at(-1);
  return [
    model === undefined
      ? lineAt(file.text, file.text.length, `${value.name}=${written(value)}`)
      : lineLike(file, model, value.name, written(value)),
  ];
};

export const dotenvForm: TextForm<PlaceOf<'dotenv'>> = {
  read: (text, _, name) => readEnv(text).settings.findLast(({ key }) => key === name)?.value ?? null,
  edit: (text, _, values) => {
    const file = readEnv(text);
    return applied(
      text,
      values.flatMap((value) => editsFor(file, value)),
    );
  },
};

export const dotenv = fileWriter(dotenvForm);
