import { z } from 'zod';
import { type ErrorCode, isErrorCode } from '../errorCodes.ts';

/** ISO 8601 UTC with milliseconds, as the service writes times. */
export const isoTime = z.iso.datetime({ offset: true });

/** A name given by a person: shown everywhere, so one line, no control characters. */
export const name = z
  .string()
  .trim()
  .min(1, 'a name is needed')
  .max(80, 'a name has at most 80 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'a name is one line without control characters');

/** An id of ours or the name of the thing; ids win. */
export const reference = z.string().min(1).max(200);

/** A secret on its way in. Bounded, never trimmed silently: the edge that reads it strips one final line break. */
export const secretInput = z.string().min(1).max(8192);

export const none = z.object({}).strict();

export const done = z.object({ done: z.literal(true) });

/** A failure that is a part of an answer: the same three words as those of a call that fails. */
export const failure = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value)),
  message: z.string(),
  hint: z.string(),
});
