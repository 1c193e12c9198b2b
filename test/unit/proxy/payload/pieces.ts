import { expect } from 'vitest';
import { AppError } from '../../../../src/main/lib/appError.ts';

/** @param sizes the size of every piece, or the offsets at which to cut */
export async function* pieces(
  wire: string | Buffer,
  sizes: number | readonly number[],
): AsyncGenerator<Buffer> {
  const bytes = typeof wire === 'string' ? Buffer.from(wire, 'latin1') : wire;
  const cuts = typeof sizes === 'number' ? null : sizes;
  const step = typeof sizes === 'number' ? sizes : bytes.length;
  const ends =
    cuts ?? Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => (index + 1) * step);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

/** All that came, and how it ended. */
export const drain = async (stream: AsyncIterable<Buffer>) => {
  const received: Buffer[] = [];
  let error: unknown = null;
  try {
    for await (const piece of stream) received.push(Buffer.from(piece));
  } catch (thrown) {
    error = thrown;
  }
  return { bytes: Buffer.concat(received), error };
};

export const expectCode = (error: unknown, code: string): void => {
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe(code);
};
