import { AppError } from '../../lib/appError.ts';

export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

const CARRIAGE_RETURN = 0x0d;

/**
 * The file of a form and the end of the form, byte for byte. The end is given out only when the size of the file is
 * right and nothing follows: an upstream never sees the end of a form that is wrong, so that no object comes of it.
 * @throws AppError UPLOAD_TOO_LARGE | UPLOAD_TOO_SMALL | FORM_MALFORMED
 */
export async function* passFile(
  rest: AsyncIterable<Buffer>,
  boundary: string,
  range: LengthRange,
): AsyncGenerator<Buffer> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let held: Buffer = Buffer.alloc(0);
  let size = 0;
  let isEnding = false;
  for await (const piece of rest) {
    const bytes: Buffer = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const end: number = isEnding ? 0 : bytes.indexOf(delimiter);
    const fileEnd = end === -1 ? beginOfDelimiter(bytes, delimiter.length) : end;
    isEnding ||= end !== -1;
    size += fileEnd;
    if (size > range.max) throw new AppError('UPLOAD_TOO_LARGE');
    if (fileEnd > 0) yield bytes.subarray(0, fileEnd);
    held = bytes.subarray(fileEnd);
    if (isEnding && held.length > delimiter.length + 4) throw new AppError('FORM_MALFORMED');
  }
  if (!isEnding || !/^--(?:\r\n)?$/.test(held.toString('latin1', delimiter.length)))
    throw new AppError('FORM_MALFORMED');
  if (size < range.min) throw new AppError('UPLOAD_TOO_SMALL');
  yield held;
}

/** Where a delimiter may begin that goes on in the next piece. */
const beginOfDelimiter = (bytes: Buffer, delimiterLength: number): number => {
  const at = bytes.indexOf(CARRIAGE_RETURN, Math.max(0, bytes.length - delimiterLength + 1));
  return at === -1 ? bytes.length : at;
};
