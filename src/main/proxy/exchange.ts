import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';
import { Cutoff } from './cutoff.ts';
import { cleanError, readErrorBody } from './errorReply.ts';
import { incomingBody, sendUpstream } from './forward.ts';
import type { ProxyLimits } from './limits.ts';
import { type Send, sendChunkedUpload } from './payload/chunkedUpload.ts';
import type { EndpointModes } from './payload/endpointModes.ts';
import type { Forward } from './prepare.ts';
import { ownReply } from './proxyError.ts';
import { localLocation } from './redirectLocation.ts';
import { scrubText } from './reflectionScrub.ts';
import { headerPairs, outboundHeaders, scrubHeaders } from './responseHeaders.ts';
import { type SecretPatterns, signatureIn } from './secretPattern.ts';
import { failureCode } from './upstreamError.ts';
import type { UpstreamReply } from './upstreamResponse.ts';
import type { Upstreams } from './upstreams.ts';

/** The status in activity when the tool went away before it got a reply. */
export const CLIENT_GONE_STATUS = 499;

class ClientGone extends Error {}

/** What an exchange borrows from the proxy. */
export interface ForwardMeans {
  readonly upstreams: Upstreams;
  readonly limits: ProxyLimits;
  readonly clock: Clock;
  readonly secretPatterns: SecretPatterns;
  readonly endpointModes: EndpointModes;
}

/** One request and its reply on the tool's connection. */
export class Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #kind: 's3' | 'api';
  readonly #expectsContinue: boolean;
  readonly #cutoff = new Cutoff();
  refusal: ErrorCode | null = null;
  /** The upstream took the request and said what became of it, were it a refusal. */
  isAnswered = false;
  bytesIn = 0;
  bytesOut = 0;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    kind: 's3' | 'api',
    expectsContinue: boolean,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#kind = kind;
    this.#expectsContinue = expectsContinue;
  }

  /** Wires the end of the tool's connection to the end of the upstream's. */
  watch(): void {
    const gone = (): void => {
      if (!this.#outgoing.writableFinished) this.#cutoff.cut(new ClientGone());
    };
    this.#outgoing.once('close', gone);
    this.#outgoing.on('error', gone);
    this.#incoming.on('error', gone);
  }

  /** From outside: the vault was locked, or the proxy stops. */
  abort(code: ErrorCode): void {
    if (this.#outgoing.headersSent) this.refusal = code;
    this.#cutoff.cut(new AppError(code));
    if (this.#outgoing.headersSent) this.#outgoing.destroy();
  }

  get headers(): HeaderPair[] {
    return headerPairs(this.#incoming.rawHeaders);
  }

  get status(): number {
    const isGone = this.#outgoing.destroyed && !this.#outgoing.headersSent;
    return isGone ? CLIENT_GONE_STATUS : this.#outgoing.statusCode;
  }

  async forward(forward: Forward, means: ForwardMeans): Promise<void> {
    const { upstreams, limits, clock, secretPatterns, endpointModes } = means;
    const { payload, origin, credential } = forward;
    const pool = upstreams.pool(origin, credential.id);
    let signature = '';
    const send: Send = ({ sign, contentLength, body }) =>
      sendUpstream({
        pool,
        fresh: () => upstreams.fresh(origin),
        sign: () => {
          const request = sign(clock.now());
          signature = signatureIn(request);
          return request;
        },
        contentLength,
        body,
        cutoff: this.#cutoff,
      });
    const body = payload.contentLength === 0 ? null : this.#openBody(limits);
    const reply =
      payload.kind === 'plain'
        ? await send({ ...payload, body })
        : await sendChunkedUpload(payload, body ?? Readable.from([]), { endpointModes, clock, send });
    if (payload.kind === 'plain' && reply.status < 300) endpointModes.notePlainSuccess(origin, credential.id);
    this.#cutoff.throwIfCut();
    this.isAnswered = reply.status < 500;
    const patterns = secretPatterns.of(forward.credential, forward.secret, signature, reply.status >= 400);
    const headers = this.#headersFor(reply, forward, patterns);
    if (reply.status < 400) await this.#pass(reply, headers, patterns);
    else await this.#passError(reply, headers, patterns);
  }

  #openBody(limits: ProxyLimits): AsyncIterable<Buffer> {
    if (this.#expectsContinue) this.#outgoing.writeContinue();
    this.#limitIdleTime(limits.idleBodyTimeoutMs);
    return incomingBody(this.#incoming, (count) => {
      this.bytesIn += count;
    });
  }

  #limitIdleTime(idleMs: number): void {
    const { socket } = this.#incoming;
    socket.setTimeout(idleMs);
    this.#incoming.once('end', () => socket.setTimeout(0));
  }

  #headersFor(reply: UpstreamReply, forward: Forward, patterns: readonly RegExp[]): readonly HeaderPair[] {
    // The upstream names a bucket in the path: a Host that names it, too, would name it twice.
    const host = this.#incoming.headers.host?.replace(/^.*\.(?=localhost:)/, '');
    const place = { origin: `http://${host}`, prefix: forward.capability };
    const headers = outboundHeaders(reply.headers).map(([name, value]): HeaderPair => {
      const isLocation = name.toLowerCase() === 'location';
      return [name, isLocation ? localLocation(value, forward.origin, place) : value];
    });
    return scrubHeaders(headers, patterns);
  }

  async #pass(
    reply: UpstreamReply,
    headers: readonly HeaderPair[],
    patterns: readonly RegExp[],
  ): Promise<void> {
    const statusText = scrubText(reply.statusText, patterns);
    const { whole } = reply.body;
    if (whole !== null) {
      this.#send(reply.status, statusText, headers, whole);
      return;
    }
    this.#writeHead(reply.status, statusText, headers);
    this.#outgoing.flushHeaders();
    const body = reply.body.stream().on('data', (chunk: Buffer) => {
      this.bytesOut += chunk.length;
    });
    await pipeline(body, this.#outgoing);
  }

  async #passError(
    reply: UpstreamReply,
    headers: readonly HeaderPair[],
    patterns: readonly RegExp[],
  ): Promise<void> {
    const cleaned = cleanError(this.#kind, await readErrorBody(reply.body.stream(), reply.headers), patterns);
    if (cleaned.kind === 'refuse') {
      this.refuse(cleaned.code);
      return;
    }
    const statusText = scrubText(reply.statusText, patterns);
    if (!cleaned.isChanged) {
      this.#send(reply.status, statusText, headers, cleaned.body);
      return;
    }
    const stillTrue = headers.filter(
      ([name]) => !['content-encoding', 'content-length', 'content-md5', 'etag'].includes(name.toLowerCase()),
    );
    const length: HeaderPair = ['Content-Length', String(cleaned.body.length)];
    this.#send(reply.status, statusText, [...stillTrue, length], cleaned.body);
  }

  refuse(code: ErrorCode): void {
    this.refusal = code;
    const reply = ownReply(this.#kind, code, randomUUID().replaceAll('-', ''));
    // Without the 100 the tool may or may not send its body, and what is malformed may end in two places: nobody
    // could tell what comes next.
    if (this.#expectsContinue || code === 'MALFORMED_REQUEST') this.#outgoing.shouldKeepAlive = false;
    this.#send(reply.status, '', reply.headers, Buffer.from(reply.body));
  }

  /** Whatever went wrong after the request was let in. Once the head is out, only a broken end is honest. */
  fail(error: unknown): void {
    if (this.#outgoing.headersSent) {
      if (!isClientGone(error)) this.refusal ??= failureCode(error);
      this.#outgoing.destroy();
      return;
    }
    const cause: unknown = this.#cutoff.isCut ? this.#cutoff.reason : error;
    if (!isClientGone(cause)) this.refuse(failureCode(cause));
  }

  /** Reads on for a while what nobody wants any more: a tool that is still sending sees a reset, not the reply. */
  linger(cutAfter: (task: () => void) => () => void): void {
    if (this.#incoming.complete || this.#incoming.destroyed) return;
    this.#incoming.removeAllListeners('readable');
    this.#incoming.resume();
    const { socket } = this.#incoming;
    const keep = cutAfter(() => socket.destroy());
    this.#incoming.once('close', keep);
  }

  #send(status: number, statusText: string, headers: readonly HeaderPair[], body: Buffer): void {
    this.#writeHead(status, statusText, headers);
    const isBodiless = this.#incoming.method === 'HEAD' || status === 204 || status === 304;
    if (!isBodiless) this.bytesOut += body.length;
    this.#outgoing.end(isBodiless ? undefined : body);
  }

  #writeHead(status: number, statusText: string, headers: readonly HeaderPair[]): void {
    this.#outgoing.sendDate = false;
    const flat = headers.flat();
    if (statusText === '') this.#outgoing.writeHead(status, flat);
    else this.#outgoing.writeHead(status, statusText, flat);
  }
}

export const isClientGone = (error: unknown): boolean =>
  error instanceof ClientGone || systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
