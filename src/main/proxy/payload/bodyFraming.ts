import type { HeaderPair } from '../../sigv4/requestParts.ts';

/** How the body of a request is framed on its way in. */
export interface BodyFraming {
  /** null: chunked, its length is known at its end. */
  readonly contentLength: number | null;
}

export const readFraming = (headers: readonly HeaderPair[]): BodyFraming => {
  const firstOf = (wanted: string): string | undefined =>
    headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (firstOf('transfer-encoding') !== undefined) return { contentLength: null };
  return { contentLength: Number(firstOf('content-length') ?? 0) };
};
