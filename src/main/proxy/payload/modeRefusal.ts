/**
 * What an error reply to a streamed upload says about its mode: `mode`, it is not taken; `signature`, that may be so
 * (endpoints that do not know the mode compute another signature), or the key is wrong; null, nothing.
 */
export type ModeRefusal = 'mode' | 'signature' | null;

const modeCodes = new Set(['NotImplemented', 'XAmzContentSHA256Mismatch']);
const modeWords =
  /x-amz-content-sha256|x-amz-decoded-content-length|x-amz-trailer|x-amz-sdk-checksum|aws-chunked|STREAMING-/i;

/** Statuses whose body is worth reading for it. */
export const mayRefuseMode = (status: number): boolean => [400, 403, 411, 501].includes(status);

export const readModeRefusal = (status: number, body: string): ModeRefusal => {
  if (status === 501) return 'mode';
  const [, code = ''] = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(body) ?? [];
  // Not the whole body: it may repeat the headers of the request.
  const [, message = ''] = /<Message>([^<]*)<\/Message>/.exec(body) ?? [];
  if (status === 411 || modeCodes.has(code)) return 'mode';
  if (code === 'SignatureDoesNotMatch') return 'signature';
  return modeWords.test(message) ? 'mode' : null;
};
