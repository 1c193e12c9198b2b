import { isUtf8 } from 'node:buffer';
import { AppError } from '../../lib/appError.ts';

const MAX_HEAD_BYTES = 64 * 1024;

/** Text holds one character per byte; it is UTF-8. */
export interface FormField {
  /** As the tool writes it; in a policy its case does not matter. */
  readonly name: string;
  readonly value: string;
}

/** A form up to the first byte of its file, which comes last. */
export interface FormHead {
  readonly fields: readonly FormField[];
  /** The last segment of it, where it is a path; null when there is none. */
  readonly filename: string | null;
  readonly fileType: string | null;
  readonly byteLength: number;
  /** The file and what ends the form. */
  readonly rest: AsyncIterable<Buffer>;
}

/** @throws AppError FORM_MALFORMED */
export const readFormHead = async (source: AsyncIterable<Buffer>, boundary: string): Promise<FormHead> => {
  const reader = new HeadReader(source);
  const fields: FormField[] = [];
  const names = new Set<string>();
  if ((await reader.through(`--${boundary}\r\n`)) !== '') throw malformed();
  for (;;) {
    const part = readPart(await reader.through('\r\n\r\n'));
    if (part.name.toLowerCase() === 'file') {
      const { filename, contentType: fileType } = part;
      return { fields, filename, fileType, byteLength: reader.consumed, rest: reader.rest() };
    }
    const value = await reader.through(`\r\n--${boundary}`);
    // Anything else ends the form: without a file there is nothing to upload.
    if ((await reader.through('\r\n')) !== '') throw malformed();
    const lowerCaseName = part.name.toLowerCase();
    if (names.has(lowerCaseName) || !isUtf8(Buffer.from(value, 'latin1'))) throw malformed();
    names.add(lowerCaseName);
    fields.push({ name: part.name, value });
  }
};

const malformed = (): AppError => new AppError('FORM_MALFORMED');

interface Part {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string | null;
}

const readPart = (head: string): Part => {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] =
      /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === '' || headers.has(name.toLowerCase())) throw malformed();
    headers.set(name.toLowerCase(), value.trim());
  }
  const parameters = readDisposition(headers.get('content-disposition') ?? '');
  const name = parameters.get('name') ?? '';
  // An encoded part would mean one thing to who decodes it and another to who does not.
  if (!/^[0-9A-Za-z_.-]+$/.test(name) || headers.has('content-transfer-encoding')) throw malformed();
  return {
    name,
    filename: parameters.get('filename')?.replace(/^.*[/\\]/, '') ?? null,
    contentType: headers.get('content-type') ?? null,
  };
};

const parameter = /;[ \t]*([a-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]*))/gi;

const readDisposition = (text: string): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>();
  const left = text.replace(parameter, (_, name: string, quoted: string | undefined, plain: string) => {
    const lowerCaseName = name.toLowerCase();
    if (parameters.has(lowerCaseName)) throw malformed();
    // Not every backslash escapes: some clients send the path of the file, with its own.
    parameters.set(lowerCaseName, quoted === undefined ? plain : quoted.replaceAll('\\"', '"'));
    return '';
  });
  if (left.trim().toLowerCase() !== 'form-data') throw malformed();
  return parameters;
};

/** Reads up to delimiters, in memory of a fixed size, and gives back what it has not used. */
class HeadReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #bytes = Buffer.allocUnsafe(MAX_HEAD_BYTES);
  #length = 0;
  #surplus = Buffer.alloc(0);
  consumed = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** What stands before the next delimiter, which is used up with it. */
  async through(delimiter: string): Promise<string> {
    let from = this.consumed;
    for (;;) {
      const end = this.#bytes.subarray(0, this.#length).indexOf(delimiter, from, 'latin1');
      if (end !== -1) {
        const text = this.#bytes.toString('latin1', this.consumed, end);
        this.consumed = end + delimiter.length;
        return text;
      }
      from = Math.max(this.consumed, this.#length - delimiter.length + 1);
      await this.#fill();
    }
  }

  async *rest(): AsyncGenerator<Buffer> {
    try {
      yield Buffer.concat([this.#bytes.subarray(this.consumed, this.#length), this.#surplus]);
      for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next())
        yield next.value;
    } finally {
      await this.#source.return?.();
    }
  }

  async #fill(): Promise<void> {
    const next = this.#length === MAX_HEAD_BYTES ? null : await this.#source.next();
    if (next === null || next.done === true) throw malformed();
    const taken = next.value.copy(this.#bytes, this.#length);
    this.#length += taken;
    this.#surplus = Buffer.from(next.value.subarray(taken));
  }
}
