import type { CanonicalHeaders } from './canonicalHeaders.ts';

export interface CanonicalRequestParts {
  readonly method: string;
  /** From `canonicalPath`. */
  readonly path: string;
  /** From `canonicalQuery`. */
  readonly query: string;
  readonly headers: CanonicalHeaders;
  readonly payloadHash: string;
}

export const canonicalRequest = ({
  method,
  path,
  query,
  headers,
  payloadHash,
}: CanonicalRequestParts): string =>
  `${method}\n${path}\n${query}\n${headers.lines}\n${headers.names}\n${payloadHash}`;
