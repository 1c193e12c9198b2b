import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { RestError } from './restError.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** @throws RestError PAYLOAD_TOO_LARGE | INVALID_INPUT */
export const readJsonBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even when it is too large: a client that is still sending would not hear the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) throw new RestError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new RestError('INVALID_INPUT', 'The body is not JSON.', [{ path: '', message: 'not JSON' }]);
  }
};

/** @throws RestError INVALID_INPUT with one detail for each field that is wrong */
export const parsed = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RestError(
    'INVALID_INPUT',
    'Some fields are not valid.',
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
};
