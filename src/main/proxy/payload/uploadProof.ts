import { createHash, type Hash } from 'node:crypto';
import { AppError } from '../../lib/appError.ts';
import { STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER } from '../../sigv4/payloadHash.ts';
import { isSignatureText } from '../../sigv4/signature.ts';
import { type ChainStart, ChunkChain } from './chunkChain.ts';
import type { Trailer } from './chunkFrames.ts';
import type { ChunkedPlan } from './payloadPlan.ts';
import { createTrailerChecksum, type TrailerChecksum } from './trailerChecksum.ts';

/** A body in chunk framing as it arrives. */
export interface ChunkedBody extends ChunkedPlan {
  /** null: chunks are not signed, or there is no local key to check them with. */
  readonly signedFrom: ChainStart | null;
}

/** Checks a body as it passes: the chain of its chunks, the signature of its trailer, the checksum in it. */
export class UploadProof {
  readonly #body: ChunkedBody;
  readonly #chain: ChunkChain | null;
  readonly #checksum: TrailerChecksum | null;
  #chunkHash: Hash | null;

  constructor(body: ChunkedBody) {
    this.#body = body;
    this.#chain = body.signedFrom === null ? null : new ChunkChain(body.signedFrom);
    this.#checksum = body.trailerName === null ? null : createTrailerChecksum(body.trailerName);
    this.#chunkHash = body.mode === STREAMING_UNSIGNED_TRAILER ? null : createHash('sha256');
  }

  update(data: Buffer): void {
    this.#chunkHash?.update(data);
    this.#checksum?.update(data);
  }

  /** @returns the hash of the chunk, '' when chunks are not signed @throws AppError PAYLOAD_MISMATCH */
  endChunk(signature: string): string {
    if (this.#chunkHash === null) return '';
    const sha256 = this.#chunkHash.digest('hex');
    this.#chunkHash = createHash('sha256');
    this.#chain?.verifyChunk(sha256, signature);
    return sha256;
  }

  /** @throws AppError PAYLOAD_MISMATCH */
  end(trailer: Trailer): void {
    const { mode } = this.#body;
    const trailerName = this.#body.trailerName ?? '';
    const isSignatureRight =
      mode === STREAMING_SIGNED_TRAILER ? isSignatureText(trailer.signature) : trailer.signature === '';
    const isAnnounced = [...trailer.fields.keys()].join() === trailerName;
    const isGenuine = this.#checksum === null || trailer.fields.get(trailerName) === this.#checksum.base64();
    if (!isSignatureRight || !isAnnounced || !isGenuine) throw new AppError('PAYLOAD_MISMATCH');
    if (mode === STREAMING_SIGNED_TRAILER) this.#chain?.verifyTrailer(trailer);
  }
}
