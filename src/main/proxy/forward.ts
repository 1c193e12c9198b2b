import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';
import type { Cutoff } from './cutoff.ts';
import { type UpstreamReply, UpstreamResponse } from './upstreamResponse.ts';

export interface UpstreamRequest {
  readonly pool: Dispatcher;
  /** A connection that has served nothing yet, and will serve once. */
  readonly fresh: () => Dispatcher;
  /** Signs anew at each call: a request that is sent later is signed later. */
  readonly sign: () => HttpRequestParts;
  readonly contentLength: number | null;
  /** null: there is none. Failing, it breaks the request off before its end. */
  readonly body: AsyncIterable<Buffer> | null;
  readonly cutoff: Cutoff;
}

/**
 * Sends the request and returns as soon as the head of the reply is there. Follows nothing. An upstream may close
 * a kept connection just as it is to serve again: what changes nothing when it is done twice is sent once more.
 */
export const sendUpstream = async (upstream: UpstreamRequest): Promise<UpstreamReply> => {
  const { pool, fresh, sign, body, cutoff } = upstream;
  const request = sign();
  const response = new UpstreamResponse(cutoff);
  try {
    return await send(upstream, request, pool, response);
  } catch (error) {
    const isRepeatable = body === null && request.method !== 'POST' && request.method !== 'PATCH';
    if (!isRepeatable || !response.isOfStaleConnection || cutoff.isCut) throw error;
    return send(upstream, sign(), fresh(), new UpstreamResponse(cutoff));
  }
};

const send = (
  { contentLength, body }: UpstreamRequest,
  { method, rawPath, rawQuery, headers }: HttpRequestParts,
  dispatcher: Dispatcher,
  response: UpstreamResponse,
): Promise<UpstreamReply> => {
  const flat = headers.flat();
  if (contentLength !== null && body !== null) flat.push('content-length', String(contentLength));
  dispatcher.dispatch(
    {
      method,
      path: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
      headers: flat,
      body: body === null ? null : Readable.from(body, { objectMode: false }),
    },
    response,
  );
  return response.reply;
};
