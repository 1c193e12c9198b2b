import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import { systemCode } from '../lib/appError.ts';
import type { HeaderPair, HttpRequestParts } from '../sigv4/requestParts.ts';
import { headerPairs } from './responseHeaders.ts';

export interface UpstreamReply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Readable;
}

export interface UpstreamRequest {
  readonly pool: Pool;
  readonly request: HttpRequestParts;
  readonly contentLength: number | null;
  /** null: there is none. Failing, it breaks the request off before its end. */
  readonly body: AsyncIterable<Buffer> | null;
  readonly signal: AbortSignal;
}

/** Sends the request once and returns as soon as the head of the reply is there. Follows nothing. */
export const sendUpstream = async (upstream: UpstreamRequest): Promise<UpstreamReply> => {
  const { request, body } = upstream;
  try {
    return await sendOnce(upstream);
  } catch (error) {
    const isRepeatable = body === null && (request.method === 'GET' || request.method === 'HEAD');
    if (isRepeatable && isStaleConnection(error) && !upstream.signal.aborted) return sendOnce(upstream);
    throw error;
  }
};

/** The upstream closed a connection that had served before, just as it was to serve again. */
const isStaleConnection = (error: unknown): boolean => {
  if (systemCode(error) !== 'UND_ERR_SOCKET') return false;
  const { socket } = error as { readonly socket?: { readonly bytesRead?: number } | null };
  return (socket?.bytesRead ?? 0) > 0;
};

const sendOnce = async (upstream: UpstreamRequest): Promise<UpstreamReply> => {
  const { pool, request, contentLength, body, signal } = upstream;
  const { method, rawPath, rawQuery } = request;
  const headers = request.headers.flat();
  if (contentLength !== null && body !== null) headers.push('content-length', String(contentLength));
  const reply: Dispatcher.ResponseData = await pool.request({
    method,
    path: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
    headers,
    body: body === null ? null : Readable.from(body, { objectMode: false }),
    responseHeaders: 'raw',
    signal,
  });
  return {
    status: reply.statusCode,
    statusText: reply.statusText,
    // `responseHeaders: 'raw'` turns them into a flat list, which the type does not say.
    headers: headerPairs(reply.headers as unknown as string[]),
    body: reply.body,
  };
};

/** The body as it arrives. Stopping early leaves the socket alone, so that a reply can still be given on it. */
export async function* incomingBody(
  incoming: IncomingMessage,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
