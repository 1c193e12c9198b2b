interface LineReaderOptions {
  readonly maxBytes: number;
  onLine(line: string): void;
  /** Called once; everything after it is dropped. */
  onTooLong(): void;
}

const LINE_BREAK = 0x0a;

/**
 * Cuts a byte stream into lines of UTF-8, each at most `maxBytes` long. An unfinished last line is dropped. The
 * chunks are taken over, and zeroed: a line may carry a secret.
 */
export const createLineReader = (options: LineReaderOptions): ((chunk: Buffer) => void) => {
  let pieces: Buffer[] = [];
  let pendingBytes = 0;
  let isOver = false;

  const keep = (piece: Buffer): void => {
    pendingBytes += piece.length;
    if (pendingBytes > options.maxBytes) {
      isOver = true;
      pieces = [];
      options.onTooLong();
    } else {
      pieces.push(piece);
    }
  };

  return (chunk) => {
    let start = 0;
    while (!isOver) {
      const end = chunk.indexOf(LINE_BREAK, start);
      if (end === -1) {
        if (start < chunk.length) keep(chunk.subarray(start));
        return;
      }
      keep(chunk.subarray(start, end));
      if (isOver) return;
      const whole = Buffer.concat(pieces);
      const line = whole.toString('utf8');
      for (const read of [whole, ...pieces]) read.fill(0);
      pieces = [];
      pendingBytes = 0;
      start = end + 1;
      options.onLine(line);
    }
  };
};
