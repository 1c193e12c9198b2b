import {
  STREAMING_SIGNED,
  STREAMING_SIGNED_TRAILER,
  STREAMING_UNSIGNED_TRAILER,
  UNSIGNED_PAYLOAD,
} from '../../main/sigv4/payloadHash.ts';
import { S3Error } from './s3Error.ts';

/** How the body of a request is framed and what proves it. */
export type PayloadPlan =
  | { readonly kind: 'exact'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | {
      readonly kind: 'chunked';
      readonly isSigned: boolean;
      readonly hasTrailer: boolean;
      readonly decodedLength: number;
    };

export const payloadPlan = (
  payloadHash: string,
  contentEncoding: string | undefined,
  decodedLength: string | undefined,
): PayloadPlan => {
  const isChunked = /(^|,)\s*aws-chunked\s*(,|$)/i.test(contentEncoding ?? '');
  const isStreaming = payloadHash.startsWith('STREAMING-');
  if (isChunked && !isStreaming)
    throw new S3Error('InvalidArgument', 'aws-chunked needs one of the STREAMING payload words.');
  if (payloadHash === UNSIGNED_PAYLOAD) return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(payloadHash)) return { kind: 'exact', sha256: payloadHash };
  const isKnown = [STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER].includes(
    payloadHash,
  );
  if (!isKnown)
    throw new S3Error('InvalidArgument', 'x-amz-content-sha256 is not a value that is supported.');
  if (decodedLength === undefined || !/^\d{1,15}$/.test(decodedLength))
    throw new S3Error('MissingContentLength');
  return {
    kind: 'chunked',
    isSigned: payloadHash !== STREAMING_UNSIGNED_TRAILER,
    hasTrailer: payloadHash !== STREAMING_SIGNED,
    decodedLength: Number(decodedLength),
  };
};

/** The content encoding of the object: that of the request without the framing that ends here. */
export const storedContentEncoding = (contentEncoding: string): string =>
  contentEncoding
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token.toLowerCase() !== 'aws-chunked')
    .join(',');
