import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';
import { Cutoff } from './cutoff.ts';
import { cleanError, type ErrorBody, errorBodyOf, isClockRefused } from './errorReply.ts';
import { sendExpecting } from './expectingUpload.ts';
import { sendUpstream, type UpstreamRequest } from './forward.ts';
import { incomingBody } from './incomingBody.ts';
import type { ProxyLimits } from './limits.ts';
import { type Send, sendChunkedUpload } from './payload/chunkedUpload.ts';
import type { EndpointModes } from './payload/endpointModes.ts';
import { type FormHead, readFormHead } from './postPolicy/formHead.ts';
import type { FormRequest } from './postPolicy/formRequest.ts';
import type { Forward } from './prepare.ts';
import { localLocation } from './redirectLocation.ts';
import { scrubText } from './reflectionScrub.ts';
import { headerPairs, outboundHeaders, scrubHeaders } from './responseHeaders.ts';
import { Signer, type SignerMeans } from './signer.ts';
import { ToolReply } from './toolReply.ts';
import type { UpstreamClocks } from './upstreamClocks.ts';
import { failureCode } from './upstreamError.ts';
import type { UpstreamReply } from './upstreamResponse.ts';
import type { Upstreams } from './upstreams.ts';

/** The status in activity when the tool went away before it got a reply. */
export const CLIENT_GONE_STATUS = 499;

class ClientGone extends Error {}

/** What an exchange borrows from the proxy. */
export interface ForwardMeans extends SignerMeans {
  readonly upstreams: Upstreams;
  readonly limits: ProxyLimits;
  readonly endpointModes: EndpointModes;
}

/** One request and its reply on the tool's connection. */
export class Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #kind: 's3' | 'api';
  readonly #reply: ToolReply;
  readonly cutoff = new Cutoff();
  #isBodyOpen = false;
  /** Whose it is, once that is known and the request is let in. */
  connectionId: string | null = null;
  refusal: ErrorCode | null = null;
  /** The upstream took the request and said what became of it, were it a refusal. */
  isAnswered = false;
  bytesIn = 0;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    kind: 's3' | 'api',
    expectsContinue: boolean,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#kind = kind;
    this.#reply = new ToolReply(incoming, outgoing, kind, expectsContinue);
  }

  /** Wires the end of the tool's connection, or its standing still, to the end of the upstream's. */
  watch(idleBodyTimeoutMs: number): void {
    this.#limitIdleTime(idleBodyTimeoutMs);
    const gone = (): void => {
      if (!this.#outgoing.writableFinished) this.cutoff.cut(new ClientGone());
    };
    this.#outgoing.once('close', gone);
    this.#outgoing.on('error', gone);
    this.#incoming.on('error', gone);
  }

  /** From outside: the vault was locked, the connection revoked, or the proxy stops. */
  abort(code: ErrorCode): void {
    if (this.#outgoing.headersSent) this.refusal = code;
    this.cutoff.cut(new AppError(code));
    if (this.#outgoing.headersSent) this.#outgoing.destroy();
  }

  get bytesOut(): number {
    return this.#reply.bytes;
  }

  get headers(): HeaderPair[] {
    return headerPairs(this.#incoming.rawHeaders);
  }

  get status(): number {
    return this.#outgoing.headersSent ? this.#outgoing.statusCode : CLIENT_GONE_STATUS;
  }

  async forward(forward: Forward, means: ForwardMeans): Promise<void> {
    this.#refuseTooLarge(means.limits);
    const signer = new Signer(forward, means);
    let reply = await this.#ask(forward, means, signer);
    let error = await errorBodyOf(reply);
    if (this.#isClockRefused(reply, error) && signer.learnClock(reply)) {
      // What the tool has sent of its body is gone: it has to send it again.
      if (this.#isBodyOpen) return this.refuse('CLOCK_SKEWED');
      reply = await this.#ask(forward, means, signer);
      error = await errorBodyOf(reply);
    }
    this.cutoff.throwIfCut();
    this.isAnswered = reply.status < 500;
    const patterns = signer.secretPatterns(error !== null);
    const headers = this.#headersFor(reply, forward, means.clocks, patterns);
    if (error === null) await this.#pass(reply, headers, patterns);
    else this.#passError(reply, error, headers, patterns);
  }

  #isClockRefused({ status }: UpstreamReply, error: ErrorBody | null): boolean {
    return this.#kind === 's3' && isClockRefused(status, this.#incoming.method === 'HEAD', error);
  }

  async #ask(forward: Forward, means: ForwardMeans, signer: Signer): Promise<UpstreamReply> {
    const { payload, origin, credential } = forward;
    const { endpointModes, limits } = means;
    const send: Send = (outgoing) =>
      this.#sendOn(forward, means, { ...outgoing, sign: signer.with(outgoing.sign) });
    if (payload.kind === 'form') {
      const { signature, ...signed } = payload.sign(signer.now());
      signer.remember(signature);
      return this.#sendOn(forward, means, { ...signed, sign: () => payload.request });
    }
    const body = payload.contentLength === 0 ? null : this.#body(limits);
    if (payload.kind !== 'plain')
      return sendChunkedUpload(payload, body ?? Readable.from([]), { endpointModes, clock: signer, send });
    const reply = await send({ ...payload, body });
    if (reply.status < 300) endpointModes.notePlainSuccess(origin, credential.id);
    return reply;
  }

  async #sendOn(
    forward: Forward,
    means: ForwardMeans,
    outgoing: Pick<UpstreamRequest, 'sign' | 'contentLength' | 'body'>,
  ): Promise<UpstreamReply> {
    const reply = await this.#replyTo(forward, means, outgoing);
    // Nothing of an error is passed on before all of it is here; it must not be waited for without end.
    if (reply.status >= 400) {
      const { clock, limits } = means;
      const isEndMarked = reply.headers.some(([name]) =>
        /^(?:content-length|transfer-encoding)$/i.test(name),
      );
      const isHurried = outgoing.body !== null && !(isEndMarked && this.#incoming.complete);
      const patienceMs = isHurried ? limits.lingerMs : limits.upstreamHeadersTimeoutMs;
      reply.body.limitSilence((task) => clock.after(patienceMs, task), isEndMarked);
    }
    return reply;
  }

  #replyTo(
    { origin, credential }: Forward,
    { upstreams, limits }: ForwardMeans,
    outgoing: Pick<UpstreamRequest, 'sign' | 'contentLength' | 'body'>,
  ): Promise<UpstreamReply> {
    const { body } = outgoing;
    const cutoff = this.cutoff;
    if (this.#reply.isAsking && body !== null) {
      const agent = upstreams.expectAgent(origin, credential.id);
      return sendExpecting({ ...outgoing, body, agent, cutoff, limits });
    }
    const pool = upstreams.pool(origin, credential.id);
    return sendUpstream({ ...outgoing, pool, fresh: () => upstreams.fresh(origin), cutoff });
  }

  /** Takes the body of the request; the head keeps what comes after it. @throws AppError FORM_MALFORMED */
  readForm({ boundary }: FormRequest, limits: ProxyLimits): Promise<FormHead> {
    this.#refuseTooLarge(limits);
    const cut = new Promise<never>((_, reject) => this.cutoff.onCut(reject));
    return Promise.race([readFormHead(this.#body(limits), boundary), cut]);
  }

  /** By what it announces, before anybody hears of it. */
  #refuseTooLarge(limits: ProxyLimits): void {
    const announced = Number(this.#incoming.headers['content-length'] ?? 0);
    if (announced > limits.maxBodyBytes[this.#kind]) throw new AppError('BODY_TOO_LARGE');
  }

  /** The tool is told to go on when the first of its body is asked for. */
  async *#body(limits: ProxyLimits): AsyncGenerator<Buffer> {
    this.#isBodyOpen = true;
    this.#reply.askForBody();
    yield* incomingBody(this.#incoming, limits.maxBodyBytes[this.#kind], (count) => {
      this.bytesIn += count;
    });
  }

  /** Waiting for the upstream is no fault of the tool's: only what the tool sends, or does not take, has to move. */
  #limitIdleTime(idleMs: number): void {
    this.#incoming.socket.setTimeout(idleMs);
    this.#outgoing.on('timeout', () => {
      if (this.#outgoing.writableLength > 0) this.#outgoing.destroy();
      else if (this.#isBodyOpen && !this.#incoming.complete)
        this.cutoff.cut(new AppError('REQUEST_TOO_SLOW'));
    });
  }

  #headersFor(
    reply: UpstreamReply,
    forward: Forward,
    clocks: UpstreamClocks,
    patterns: readonly RegExp[],
  ): readonly HeaderPair[] {
    // The upstream names a bucket in the path: a Host that names it, too, would name it twice.
    const host = this.#incoming.headers.host?.replace(/^.*\.(?=localhost:)/, '');
    const place = { origin: `http://${host}`, prefix: forward.capability };
    const headers = outboundHeaders(reply.headers).map(([name, value]): HeaderPair => {
      const lowerCaseName = name.toLowerCase();
      if (lowerCaseName === 'location') return [name, localLocation(value, forward.origin, place)];
      return [name, lowerCaseName === 'date' ? clocks.asSeenHere(forward.origin, value) : value];
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
    const head = { status: reply.status, statusText, headers };
    if (whole === null) await this.#reply.stream(head, reply.body.stream());
    else this.#reply.send(head, whole);
  }

  #passError(
    reply: UpstreamReply,
    error: ErrorBody,
    headers: readonly HeaderPair[],
    patterns: readonly RegExp[],
  ): void {
    const cleaned = cleanError(this.#kind, error, patterns);
    if (cleaned.kind === 'refuse') {
      this.refuse(cleaned.code);
      return;
    }
    const statusText = scrubText(reply.statusText, patterns);
    if (!cleaned.isChanged) {
      this.#reply.send({ status: reply.status, statusText, headers }, cleaned.body);
      return;
    }
    const stillTrue = headers.filter(
      ([name]) => !['content-encoding', 'content-length', 'content-md5', 'etag'].includes(name.toLowerCase()),
    );
    const length: HeaderPair = ['Content-Length', String(cleaned.body.length)];
    this.#reply.send({ status: reply.status, statusText, headers: [...stillTrue, length] }, cleaned.body);
  }

  refuse(code: ErrorCode): void {
    this.refusal = code;
    this.#reply.refuse(code);
  }

  /** To be called at the end: gives a tool that is still sending the time to see its reply. */
  linger(cutAfter: (task: () => void) => () => void): void {
    this.cutoff.letGo();
    this.#reply.linger(cutAfter);
  }

  /** Whatever went wrong after the request was let in. Once the head is out, only a broken end is honest. */
  fail(error: unknown): void {
    if (this.#outgoing.headersSent) {
      if (!isClientGone(error)) this.refusal ??= failureCode(error);
      this.#outgoing.destroy();
      return;
    }
    const cause: unknown = this.cutoff.isCut ? this.cutoff.reason : error;
    if (!isClientGone(cause)) this.refuse(failureCode(cause));
  }
}

export const isClientGone = (error: unknown): boolean =>
  error instanceof ClientGone || systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
