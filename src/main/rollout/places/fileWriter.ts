import type { TargetChange, TargetPlace } from '../../../shared/contract/rollout.ts';
import { digestOf, readLocalFile, replaceLocalFile } from '../../files/localFile.ts';
import { AppError, systemCode } from '../../lib/appError.ts';
import type { NamedValue, PlaceWriter } from '../placeWriter.ts';

export interface PlainValue {
  readonly name: string;
  readonly text: string;
}

/** One kind of text file that values lie in. */
export interface TextForm<Place> {
  /** The value that counts for who reads the file; null: there is none. */
  read(text: string, place: Place, name: string): string | null;
  /** Whatever is not of these values stays as it was, byte for byte. @throws AppError TARGET_UNREADABLE */
  edit(text: string, place: Place, values: readonly PlainValue[]): string;
}

const MAX_BYTES = 1024 * 1024;

const inTargetWords = (path: string, cause: unknown): unknown => {
  if (!(cause instanceof AppError)) return cause;
  if (cause.code === 'SOURCE_CHANGED') return new AppError('TARGET_CHANGED', { detail: `(${path})`, cause });
  return cause.code === 'FILE_UNUSABLE' && systemCode(cause.cause) === 'ENOENT'
    ? new AppError('TARGET_MISSING', { detail: `There is no file ${path}.`, cause })
    : cause;
};

const read = async (path: string): Promise<{ readonly text: string; readonly digest: string }> => {
  const bytes = await readLocalFile(path, MAX_BYTES);
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      digest: digestOf(bytes),
    };
  } catch (cause) {
    throw new AppError('TARGET_UNREADABLE', { detail: `${path} is not UTF-8 text.`, cause });
  } finally {
    bytes.fill(0);
  }
};

/** Edits such files in place, with what they had of permissions. A file that is not there is not made. */
export const fileWriter = <Place extends TargetPlace & { readonly path: string }>(
  form: TextForm<Place>,
): PlaceWriter<Place> => {
  const holds = (text: string, place: Place, values: readonly PlainValue[]): boolean =>
    values.every((value) => form.read(text, place, value.name) === value.text);

  const planned = async (place: Place, named: readonly NamedValue[]) => {
    const values = named.map(({ name, value }) => ({ name, text: value.reveal() }));
    const { text, digest } = await read(place.path);
    const after = holds(text, place, values) ? text : form.edit(text, place, values);
    if (!holds(after, place, values)) {
      throw new AppError('TARGET_UNREADABLE', {
        detail: `${place.path} would not be read with the new values as they are.`,
      });
    }
    return { values, text, digest, after };
  };

  const preview = async (place: Place, named: readonly NamedValue[]): Promise<readonly TargetChange[]> => {
    const { values, text } = await planned(place, named);
    return values.map((value) => {
      const present = form.read(text, place, value.name);
      if (present === null) return { name: value.name, change: 'add' };
      return { name: value.name, change: present === value.text ? 'same' : 'replace' };
    });
  };

  const write = async (place: Place, named: readonly NamedValue[]) => {
    const { values, text, digest, after } = await planned(place, named);
    if (after !== text) {
      const bytes = Buffer.from(after, 'utf8');
      await replaceLocalFile(place.path, digest, bytes, MAX_BYTES).finally(() => bytes.fill(0));
    }
    if (!holds((await read(place.path)).text, place, values)) {
      throw new AppError('TARGET_CHANGED', { detail: `(${place.path})` });
    }
    return { isVerified: true };
  };

  const told = async <T>({ path }: Place, task: Promise<T>): Promise<T> => {
    try {
      return await task;
    } catch (cause) {
      throw inTargetWords(path, cause);
    }
  };
  return {
    preview: (place, values) => told(place, preview(place, values)),
    write: (place, values) => told(place, write(place, values)),
  };
};
