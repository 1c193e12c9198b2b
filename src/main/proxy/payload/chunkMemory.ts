import { AppError } from '../../lib/appError.ts';

/** What one upload holds. */
export interface ChunkRoom {
  /** @throws AppError PAYLOAD_CHUNKS_TOO_MANY */
  take(byteCount: number): void;
  /** Gives back all that was taken. */
  leave(): void;
}

/** Memory for chunks that are held until they are proven: so much for each connection, that none uses up all there is. */
export class ChunkMemory {
  readonly #most: number;
  readonly #used = new Map<string, number>();

  /** @param most bytes, for each connection */
  constructor(most: number) {
    this.#most = most;
  }

  roomFor(connectionId: string): ChunkRoom {
    let taken = 0;
    return {
      take: (byteCount) => {
        const used = (this.#used.get(connectionId) ?? 0) + byteCount;
        if (used > this.#most) throw new AppError('PAYLOAD_CHUNKS_TOO_MANY');
        this.#used.set(connectionId, used);
        taken += byteCount;
      },
      leave: () => {
        const used = (this.#used.get(connectionId) ?? 0) - taken;
        taken = 0;
        if (used > 0) this.#used.set(connectionId, used);
        else this.#used.delete(connectionId);
      },
    };
  }
}
