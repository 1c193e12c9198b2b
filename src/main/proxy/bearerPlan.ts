import type { Secret } from '../lib/secret.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';

/** @param stripped a request that carries no authentication any more */
export const planBearer = (
  stripped: HttpRequestParts,
  upstreamHost: string,
  accessToken: Secret,
): HttpRequestParts => ({
  ...stripped,
  headers: [['host', upstreamHost], ...stripped.headers, ['authorization', `Bearer ${accessToken.reveal()}`]],
});
