import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../lib/appError.ts';
import type { HeaderPair, HttpRequestParts } from '../sigv4/requestParts.ts';
import type { Cutoff } from './cutoff.ts';
import type { ExpectAgent } from './expectAgent.ts';
import type { ProxyLimits } from './limits.ts';
import { ReplyBody } from './replyBody.ts';
import { headerPairs } from './responseHeaders.ts';
import { isFramingKnown, MAX_INFORMATIONAL, type UpstreamReply } from './upstreamResponse.ts';
import { MAX_HEADER_BYTES } from './upstreams.ts';

export interface ExpectingUpload {
  readonly agent: ExpectAgent;
  /** Signs anew at each call. */
  readonly sign: () => HttpRequestParts;
  readonly contentLength: number | null;
  /** Read once the upstream wants it, or says nothing for a while. Never read after a final status. */
  readonly body: AsyncIterable<Buffer>;
  readonly cutoff: Cutoff;
  readonly limits: ProxyLimits;
}

/** Asks the upstream with `Expect: 100-continue` and sends the body only once it is wanted. */
export const sendExpecting = async (upload: ExpectingUpload): Promise<UpstreamReply> => {
  try {
    return await send(upload);
  } catch (error) {
    if (!(error instanceof StaleConnection) || upload.cutoff.isCut) throw error;
    upload.agent.closeIdle();
    return send(upload);
  }
};

/** A kept connection had been closed: not a byte of the body went out, and none of a reply came back. */
class StaleConnection extends AppError {
  constructor(cause: unknown) {
    super('UPSTREAM_BROKEN', { cause });
  }
}

const send = async (upload: ExpectingUpload): Promise<UpstreamReply> => {
  // What lies in kept connections already is seen before one of them is chosen.
  await nextTurn();
  const { agent, sign, contentLength, cutoff, limits } = upload;
  const { method, rawPath, rawQuery, headers } = sign();
  const length =
    contentLength === null ? ['transfer-encoding', 'chunked'] : ['content-length', `${contentLength}`];
  const outgoing = httpRequest({
    agent,
    method,
    path: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
    headers: [...headers.flat(), 'expect', '100-continue', ...length],
    insecureHTTPParser: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    timeout: limits.upstreamHeadersTimeoutMs,
  });
  cutoff.onCut((reason) => outgoing.destroy(reason as Error));
  outgoing.on('timeout', () => outgoing.destroy(new AppError('UPSTREAM_TIMEOUT')));
  limitInformational(outgoing);
  outgoing.flushHeaders();
  return await new Promise<UpstreamReply>((resolve, reject) => {
    let isBodyOpen = false;
    let isAnswered = false;
    const sendBody = (): void => {
      if (isBodyOpen || isAnswered) return;
      isBodyOpen = true;
      pump(upload, outgoing, () => isAnswered).catch((error: unknown) => outgoing.destroy(error as Error));
    };
    const patience = setTimeout(sendBody, limits.continueTimeoutMs);
    outgoing.on('continue', sendBody);
    outgoing.once('close', () => {
      clearTimeout(patience);
      reject(new AppError('UPSTREAM_BROKEN'));
    });
    outgoing.on('error', (error) => {
      const isStale = outgoing.reusedSocket && !isBodyOpen && !isAnswered;
      reject(isStale && !cutoff.isCut ? new StaleConnection(error) : error);
    });
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      clearTimeout(patience);
      outgoing.setTimeout(0);
      const headers = headerPairs(incoming.rawHeaders);
      if (!isFramingKnown(headers)) {
        outgoing.destroy(new AppError('UPSTREAM_BROKEN'));
        return;
      }
      // Half of a request is on this connection: nothing else can come after it.
      incoming.once('end', () => {
        if (!outgoing.writableEnded) outgoing.destroy();
      });
      resolve(replyOf(incoming, headers, outgoing));
    });
  });
};

const pump = async (
  { body }: ExpectingUpload,
  outgoing: ClientRequest,
  isAnswered: () => boolean,
): Promise<void> => {
  for await (const piece of body) {
    if (isAnswered() || outgoing.destroyed) return;
    if (!outgoing.write(piece)) await firstOf(outgoing, ['drain', 'response', 'close']);
  }
  if (!isAnswered()) outgoing.end();
};

const firstOf = async (outgoing: ClientRequest, events: readonly string[]): Promise<void> => {
  const over = new AbortController();
  await Promise.race(events.map((event) => once(outgoing, event, { signal: over.signal })));
  over.abort();
};

const limitInformational = (outgoing: ClientRequest): void => {
  let count = 0;
  outgoing.on('information', () => {
    count += 1;
    if (count > MAX_INFORMATIONAL) outgoing.destroy(new AppError('UPSTREAM_BROKEN'));
  });
};

const replyOf = (
  incoming: IncomingMessage,
  headers: readonly HeaderPair[],
  outgoing: ClientRequest,
): UpstreamReply => {
  const body = new ReplyBody({
    pause: () => incoming.pause(),
    resume: () => incoming.resume(),
    abort: (reason) => outgoing.destroy(reason),
  });
  incoming.on('data', (piece: Buffer) => body.push(piece));
  incoming.on('end', () => body.end());
  incoming.on('error', (error) => body.fail(error));
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers,
    body,
  };
};
