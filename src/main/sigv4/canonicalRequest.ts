import { canonicalHeaders } from './canonicalHeaders.ts';
import { canonicalPath, type PathForm } from './canonicalPath.ts';
import { canonicalQuery, queryPairs } from './canonicalQuery.ts';
import type { HttpRequestParts } from './requestParts.ts';

export interface CanonicalRequestOptions {
  /** Lower case, sorted. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly pathForm: PathForm;
  /** Replaces the canonical form of `rawQuery`. */
  readonly query?: string;
}

export const canonicalRequest = (parts: HttpRequestParts, options: CanonicalRequestOptions): string =>
  [
    parts.method,
    canonicalPath(parts.rawPath, options.pathForm),
    options.query ?? canonicalQuery(queryPairs(parts.rawQuery)),
    canonicalHeaders(parts, options.signedHeaders),
    options.signedHeaders.join(';'),
    options.payloadHash,
  ].join('\n');
