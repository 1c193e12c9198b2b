import { type HeaderPair, headerValue } from '../../sigv4/requestParts.ts';

/** How the body of a request is framed on its way in. */
export interface BodyFraming {
  /** null: chunked, its length is known at its end. */
  readonly contentLength: number | null;
}

export const readFraming = (headers: readonly HeaderPair[]): BodyFraming => {
  if (headerValue(headers, 'transfer-encoding') !== undefined) return { contentLength: null };
  return { contentLength: Number(headerValue(headers, 'content-length') ?? 0) };
};
