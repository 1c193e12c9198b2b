import { type CredentialScope, scopeText } from './credentialScope.ts';
import type { HmacKey } from './hmacKey.ts';
import { EMPTY_SHA256 } from './payloadHash.ts';
import { sha256Hex } from './sha256Hex.ts';

/**
 * The signatures inside a STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER] body. Each one covers the one before it,
 * beginning with the signature of the request, so that chunks cannot be dropped, added or moved.
 */
export interface ChunkSigner {
  readonly signingKey: HmacKey;
  readonly amzDate: string;
  readonly scope: CredentialScope;
}

/** @param chunkSha256 hex hash of the chunk's data; of nothing for the last chunk */
export const chunkSignature = (signer: ChunkSigner, previousSignature: string, chunkSha256: string): string =>
  signer.signingKey.digestHex(
    [
      'AWS4-HMAC-SHA256-PAYLOAD',
      signer.amzDate,
      scopeText(signer.scope),
      previousSignature,
      EMPTY_SHA256,
      chunkSha256,
    ].join('\n'),
  );

/** @param trailer the trailing header lines in canonical form: `name:value\n` each, without the signature */
export const trailerSignature = (signer: ChunkSigner, previousSignature: string, trailer: string): string =>
  signer.signingKey.digestHex(
    [
      'AWS4-HMAC-SHA256-TRAILER',
      signer.amzDate,
      scopeText(signer.scope),
      previousSignature,
      sha256Hex(trailer),
    ].join('\n'),
  );
