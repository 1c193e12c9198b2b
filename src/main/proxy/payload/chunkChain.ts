import { AppError } from '../../lib/appError.ts';
import { type ChunkSigner, chunkSignature, trailerSignature } from '../../sigv4/chunkSignature.ts';
import { signatureEquals } from '../../sigv4/signature.ts';
import type { Trailer } from './chunkFrames.ts';

export interface ChainStart {
  readonly signer: ChunkSigner;
  /** The signature of the request: the first link. */
  readonly seed: string;
}

/** The chain of signatures through a body, link by link. */
export class ChunkChain {
  readonly #signer: ChunkSigner;
  #last: string;

  constructor({ signer, seed }: ChainStart) {
    this.#signer = signer;
    this.#last = seed;
  }

  /** @returns the signature of the next chunk */
  signChunk(sha256: string): string {
    return this.#link(chunkSignature(this.#signer, this.#last, sha256));
  }

  signTrailer({ canonical }: Trailer): string {
    return this.#link(trailerSignature(this.#signer, this.#last, canonical));
  }

  /** @throws AppError PAYLOAD_MISMATCH */
  verifyChunk(sha256: string, given: string): void {
    const expected = chunkSignature(this.#signer, this.#last, sha256);
    if (!signatureEquals(expected, given)) throw new AppError('PAYLOAD_MISMATCH');
    this.#link(expected);
  }

  /** @throws AppError PAYLOAD_MISMATCH */
  verifyTrailer(trailer: Trailer): void {
    const expected = trailerSignature(this.#signer, this.#last, trailer.canonical);
    if (!signatureEquals(expected, trailer.signature)) throw new AppError('PAYLOAD_MISMATCH');
  }

  #link(signature: string): string {
    this.#last = signature;
    return signature;
  }
}
