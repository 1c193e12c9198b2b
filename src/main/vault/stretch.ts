/** A part of a larger buffer, not cut out: ten thousand small buffers would cost more than what is done with them. */
export interface Stretch {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export const wholeOf = (bytes: Buffer): Stretch => ({ bytes, start: 0, end: bytes.length });
export const lengthOf = ({ start, end }: Stretch): number => end - start;
export const totalLength = (stretches: readonly Stretch[]): number => {
  let total = 0;
  for (const { start, end } of stretches) total += end - start;
  return total;
};

/**
 * One after another. Neighbours in the same bytes are copied at once: those are nearly all, where nearly all is as it
 * was read.
 * @returns how many bytes they are
 */
export const copyAll = (stretches: readonly Stretch[], target: Buffer): number => {
  let at = 0;
  let { bytes, start, end } = wholeOf(Buffer.alloc(0));
  for (const next of stretches) {
    if (next.bytes !== bytes || next.start !== end) {
      at += bytes.copy(target, at, start, end);
      ({ bytes, start } = next);
    }
    end = next.end;
  }
  return at + bytes.copy(target, at, start, end);
};
