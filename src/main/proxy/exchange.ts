import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import type { EndOfTurn } from '../lib/endOfTurn.ts';
import type { YoungGarbage } from '../lib/youngGarbage.ts';
import { type HeaderPair, headerValue } from '../sigv4/requestParts.ts';
import { Cutoff } from './cutoff.ts';
import { cleanError, type ErrorBody, isClockRefused, isKeyRefused, readErrorBody } from './errorReply.ts';
import { incomingBody } from './incomingBody.ts';
import type { ProxyLimits } from './limits.ts';
import { readFraming } from './payload/bodyFraming.ts';
import { type Send, sendChunkedUpload } from './payload/chunkedUpload.ts';
import type { ChunkMemory } from './payload/chunkMemory.ts';
import type { EndpointModes } from './payload/endpointModes.ts';
import { type FormHead, readFormHead } from './postPolicy/formHead.ts';
import type { FormRequest } from './postPolicy/formRequest.ts';
import type { Forward, Refused } from './prepare.ts';
import { type LocalPlace, localLocation } from './redirectLocation.ts';
import { scrubText } from './reflectionScrub.ts';
import { headerPairs, outboundHeaders, scrubHeaders } from './responseHeaders.ts';
import { Signer, type SignerMeans } from './signer.ts';
import { ToolReply } from './toolReply.ts';
import type { UpstreamRequest } from './upstream/upstreamExchange.ts';
import type { UpstreamReply } from './upstream/upstreamReply.ts';
import type { UpstreamClocks } from './upstreamClocks.ts';
import { failureCode } from './upstreamError.ts';
import type { Upstreams } from './upstreams.ts';

/** The status in activity when the tool went away before it got a reply. */
export const CLIENT_GONE_STATUS = 499;

class ClientGone extends Error {}

/** What an exchange borrows from the proxy. */
export interface ForwardMeans extends SignerMeans {
  readonly upstreams: Upstreams;
  readonly limits: ProxyLimits;
  readonly endpointModes: EndpointModes;
  readonly chunkMemory: ChunkMemory;
  readonly endOfTurn: EndOfTurn;
}

/** One request and its reply on the tool's connection. */
export class Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #kind: 's3' | 'api';
  readonly #reply: ToolReply;
  readonly #garbage: YoungGarbage;
  /** As they came, in order. */
  readonly headers: readonly HeaderPair[];
  readonly cutoff = new Cutoff();
  #isBodyOpen = false;
  /** What it lives by, once that is known and the request is let in. */
  uses: { readonly connectionId: string; readonly credentialId: string } | null = null;
  refusal: ErrorCode | null = null;
  /** The upstream took the request and said what became of it, were it a refusal. */
  isAnswered = false;
  bytesIn = 0;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    kind: 's3' | 'api',
    expectsContinue: boolean,
    garbage: YoungGarbage,
  ) {
    this.#garbage = garbage;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#kind = kind;
    this.headers = headerPairs(incoming.rawHeaders);
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
    if (this.#outgoing.headersSent) this.#reply.breakOff();
  }

  isOf(incoming: IncomingMessage): boolean {
    return this.#incoming === incoming;
  }

  get bytesOut(): number {
    return this.#reply.bytes;
  }

  get status(): number {
    return this.#outgoing.headersSent ? this.#outgoing.statusCode : CLIENT_GONE_STATUS;
  }

  /**
   * @param renew what is to be sent instead where the secret has changed since this was prepared; null where it has not
   */
  async forward(
    prepared: Forward,
    means: ForwardMeans,
    renew: (stale: Forward) => Promise<Forward | Refused | null>,
  ): Promise<void> {
    let forward = prepared;
    const { payload } = forward;
    this.#refuseTooLarge(
      'body' in payload ? payload.body.decodedLength : this.#announcedBytes(),
      means.limits,
    );
    let signer = new Signer(forward, means);
    let reply = await this.#ask(forward, means, signer);
    let error = isError(reply) ? await readErrorBody(reply.body.stream(), reply.headers) : null;
    if (this.#isKeyRefused(reply, error)) {
      const renewed = await renew(forward);
      if (renewed?.kind === 'refuse') return this.refuse(renewed.code);
      if (renewed !== null) {
        // What the tool has sent of its body is gone: it has to send it again.
        if (this.#isBodyOpen) return this.refuse('KEY_CHANGED');
        forward = renewed;
        signer = new Signer(forward, means);
        reply = await this.#ask(forward, means, signer);
        error = isError(reply) ? await readErrorBody(reply.body.stream(), reply.headers) : null;
      }
    }
    if (this.#isClockRefused(reply, error) && signer.learnClock(reply)) {
      if (this.#isBodyOpen) return this.refuse('CLOCK_SKEWED');
      reply = await this.#ask(forward, means, signer);
      error = isError(reply) ? await readErrorBody(reply.body.stream(), reply.headers) : null;
    }
    this.cutoff.throwIfCut();
    this.isAnswered = reply.status < 500;
    const patterns = signer.secretPatterns(reply, error !== null);
    const headers = this.#headersFor(reply, forward, means.clocks, patterns);
    if (error === null) await this.#pass(reply, headers, patterns, means.endOfTurn);
    else this.#passError(reply, error, headers, patterns);
  }

  #isClockRefused({ status }: UpstreamReply, error: ErrorBody | null): boolean {
    return this.#kind === 's3' && isClockRefused(status, this.#incoming.method === 'HEAD', error);
  }

  #isKeyRefused({ status }: UpstreamReply, error: ErrorBody | null): boolean {
    return this.#kind === 's3' && isKeyRefused(status, this.#incoming.method === 'HEAD', error);
  }

  async #ask(forward: Forward, means: ForwardMeans, signer: Signer): Promise<UpstreamReply> {
    const { payload, origin, credential, grant } = forward;
    const { endpointModes, limits, chunkMemory } = means;
    if (payload.kind === 'form') {
      const { signature, ...signed } = payload.sign(signer.now());
      signer.remember(signature);
      return this.#sendOn(forward, means, { ...signed, ownsPieces: false, sign: () => payload.request });
    }
    const maxBytes = limits.maxBodyBytes[this.#kind];
    if (payload.kind !== 'plain') {
      // The frame around a chunk is smaller than the smallest chunk that S3 takes.
      const framed = payload.contentLength === 0 ? Readable.from([]) : this.#body(2 * maxBytes);
      const send: Send = (outgoing) =>
        this.#sendOn(forward, means, { ...outgoing, ownsPieces: false, sign: signer.with(outgoing.sign) });
      const room = chunkMemory.roomFor(grant.connectionId);
      return sendChunkedUpload(payload, framed, { endpointModes, clock: signer, send, room });
    }
    const body = payload.contentLength === 0 ? null : this.#body(maxBytes);
    const { contentLength } = payload;
    const reply = await this.#sendOn(forward, means, {
      contentLength,
      body,
      ownsPieces: true,
      sign: signer.with(payload.sign),
    });
    if (this.#kind === 's3' && reply.status < 300) endpointModes.notePlainSuccess(origin, credential.id);
    return reply;
  }

  async #sendOn(
    forward: Forward,
    means: ForwardMeans,
    outgoing: Omit<UpstreamRequest, 'continueTimeoutMs' | 'cutoff'>,
  ): Promise<UpstreamReply> {
    const reply = await this.#replyTo(forward, means, outgoing);
    // Nothing of an error is passed on before all of it is here; it must not be waited for without end.
    if (isError(reply)) {
      const { clock, limits } = means;
      const isHurried = outgoing.body !== null && !(reply.body.isEndMarked && this.#incoming.complete);
      const patienceMs = isHurried ? limits.lingerMs : limits.upstreamHeadersTimeoutMs;
      reply.body.limitSilence((task) => clock.after(patienceMs, task));
    }
    return reply;
  }

  #replyTo(
    { origin, credential }: Forward,
    { upstreams, limits }: ForwardMeans,
    outgoing: Omit<UpstreamRequest, 'continueTimeoutMs' | 'cutoff'>,
  ): Promise<UpstreamReply> {
    const continueTimeoutMs = this.#reply.isAsking ? limits.continueTimeoutMs : null;
    return upstreams
      .pool(origin, credential.id)
      .send({ ...outgoing, continueTimeoutMs, cutoff: this.cutoff });
  }

  /** Takes the body of the request; the head keeps what comes after it. @throws AppError FORM_MALFORMED */
  readForm({ boundary }: FormRequest, limits: ProxyLimits): Promise<FormHead> {
    this.#refuseTooLarge(this.#announcedBytes(), limits);
    const cut = new Promise<never>((_, reject) => this.cutoff.onCut(reject));
    return Promise.race([readFormHead(this.#body(limits.maxBodyBytes[this.#kind]), boundary), cut]);
  }

  #announcedBytes(): number {
    return readFraming(this.headers).contentLength ?? 0;
  }

  /** By what it announces, before anybody hears of it. */
  #refuseTooLarge(announcedBytes: number, limits: ProxyLimits): void {
    if (announcedBytes > limits.maxBodyBytes[this.#kind]) throw new AppError('BODY_TOO_LARGE');
  }

  /** The tool is told to go on when the first of its body is asked for. */
  async *#body(maxBytes: number): AsyncGenerator<Buffer> {
    this.#isBodyOpen = true;
    this.#reply.askForBody();
    yield* incomingBody(this.#incoming, maxBytes, (count) => {
      this.bytesIn += count;
      this.#garbage.count(count);
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
    const headers = outboundHeaders(reply.headers, (lowerCaseName, value) => {
      if (lowerCaseName === 'location') return localLocation(value, forward.origin, this.#place(forward));
      return lowerCaseName === 'date' ? clocks.asSeenHere(forward.origin, value) : value;
    });
    return scrubHeaders(headers, patterns);
  }

  /** The upstream names a bucket in the path: a Host that names it, too, would name it twice. */
  #place({ capability }: Forward): LocalPlace {
    const host = headerValue(this.headers, 'host')?.replace(/^.*\.(?=localhost:)/, '');
    return { origin: `http://${host}`, prefix: capability };
  }

  async #pass(
    reply: UpstreamReply,
    headers: readonly HeaderPair[],
    patterns: readonly RegExp[],
    endOfTurn: EndOfTurn,
  ): Promise<void> {
    const statusText = scrubText(reply.statusText, patterns);
    const { whole, isEndMarked } = reply.body;
    const head = { status: reply.status, statusText, headers, isEndMarked };
    if (whole === null) return this.#reply.pass(head, reply.body, this.#garbage);
    await endOfTurn.reached();
    this.cutoff.throwIfCut();
    this.#reply.send(head, whole);
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
      const { isEndMarked } = reply.body;
      this.#reply.send({ status: reply.status, statusText, headers, isEndMarked }, cleaned.body);
      return;
    }
    const stillTrue = headers.filter(
      ([name]) => !['content-encoding', 'content-length', 'content-md5', 'etag'].includes(name.toLowerCase()),
    );
    const length: HeaderPair = ['Content-Length', String(cleaned.body.length)];
    const head = { status: reply.status, statusText, headers: [...stillTrue, length], isEndMarked: true };
    this.#reply.send(head, cleaned.body);
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
      this.#reply.breakOff();
      return;
    }
    const cause: unknown = this.cutoff.isCut ? this.cutoff.reason : error;
    if (!isClientGone(cause)) this.refuse(failureCode(cause));
  }
}

const isError = ({ status }: UpstreamReply): boolean => status >= 400;

export const isClientGone = (error: unknown): boolean =>
  error instanceof ClientGone || systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
