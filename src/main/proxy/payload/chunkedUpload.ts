import { Readable } from 'node:stream';
import { AppError } from '../../lib/appError.ts';
import type { Clock } from '../../ports.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payloadHash.ts';
import type { HeaderPair, HttpRequestParts } from '../../sigv4/requestParts.ts';
import { readErrorBody } from '../errorReply.ts';
import type { SignedRequest } from '../s3Plan.ts';
import { ReplyBody } from '../upstream/replyBody.ts';
import type { UpstreamReply } from '../upstream/upstreamReply.ts';
import { withoutChunkHeaders } from './chunkHeaders.ts';
import type { ChunkRoom } from './chunkMemory.ts';
import { dechunk } from './dechunk.ts';
import type { EndpointModes } from './endpointModes.ts';
import { FramingWitness } from './framingWitness.ts';
import { type ModeRefusal, mayRefuseMode, readModeRefusal } from './modeRefusal.ts';
import { passTrailer } from './passTrailer.ts';
import { rechain } from './rechain.ts';
import { ReplayableBody } from './replayableBody.ts';
import type { ChunkedBody } from './uploadProof.ts';

/** An upload in chunk framing, ready to be signed in whichever form the endpoint takes. */
export interface ChunkedUpload {
  readonly kind: 'rechain' | 'passTrailer' | 'dechunk';
  readonly origin: string;
  readonly credentialId: string;
  readonly body: ChunkedBody;
  /** Of the framed body; null when it is known at its end only. */
  readonly contentLength: number | null;
  readonly headers: readonly HeaderPair[];
  sign(headers: readonly HeaderPair[], payloadHash: string, nowMs: number): SignedRequest;
}

export interface OutgoingRequest {
  sign(nowMs: number): HttpRequestParts;
  readonly contentLength: number | null;
  readonly body: AsyncIterable<Buffer> | null;
}

export type Send = (outgoing: OutgoingRequest) => Promise<UpstreamReply>;

export interface UploadMeans {
  readonly endpointModes: EndpointModes;
  readonly clock: Pick<Clock, 'now'>;
  readonly send: Send;
  readonly room: ChunkRoom;
}

/** How much may have arrived for an upload to be sent a second time, or to be checked whole before it is sent. */
const MAX_HELD_BYTES = 1024 * 1024;

/**
 * Sends the upload in its own mode as long as the endpoint is not known to refuse it, and learns from the reply.
 * Refused, it is sent again converted if it can be; otherwise the tool is asked to, and is converted from then on.
 * @throws AppError PAYLOAD_MISMATCH | PAYLOAD_CHUNK_TOO_LARGE | PAYLOAD_CHUNKS_TOO_MANY | PAYLOAD_MODE_LEARNED
 */
export const sendChunkedUpload = async (
  upload: ChunkedUpload,
  arriving: AsyncIterable<Buffer>,
  means: UploadMeans,
): Promise<UpstreamReply> => {
  const { endpointModes, send } = means;
  if (upload.kind === 'dechunk') return send(await converted(upload, arriving));
  if (endpointModes.verdictOf(upload.origin, upload.body.mode) === 'unknown')
    return probe(upload, arriving, means);
  const { refusal, reply } = await judge(await send(unconverted(upload, arriving, means)));
  return refusal === 'mode' ? askForRetry(upload, reply, endpointModes) : reply;
};

/** Sends the upload as it is and watches closely what becomes of it. */
const probe = async (
  upload: ChunkedUpload,
  arriving: AsyncIterable<Buffer>,
  means: UploadMeans,
): Promise<UpstreamReply> => {
  const { endpointModes, send } = means;
  const { origin, credentialId, body } = upload;
  const replayable = new ReplayableBody(arriving, MAX_HELD_BYTES);
  const witness = new FramingWitness();
  const asItIs = unconverted(upload, replayable.read(), means);
  const first = await send({ ...asItIs, body: witness.watch(asItIs.body) });
  if (mayRefuseMode(first.status)) replayable.hold();
  const isStoredFramed = isSuccess(first) && witness.isStored(first.headers);
  const { refusal, reply } = isStoredFramed ? { refusal: 'mode', reply: first } : await judge(first);
  if (refusal === null) {
    if (isSuccess(reply)) endpointModes.learn(origin, body.mode, 'taken');
    return reply;
  }
  if (replayable.canReplay) {
    discard(reply);
    const second = await send(await converted(upload, replayable.read()));
    if (isSuccess(second)) endpointModes.learn(origin, body.mode, 'refused');
    return second;
  }
  const isCertain = refusal === 'mode' || endpointModes.hasPlainSuccess(origin, credentialId);
  return isCertain ? askForRetry(upload, reply, endpointModes) : reply;
};

const isSuccess = ({ status }: UpstreamReply): boolean => status < 300;

/** The reply can still be read afterwards. */
const judge = async (
  reply: UpstreamReply,
): Promise<{ readonly refusal: ModeRefusal; readonly reply: UpstreamReply }> => {
  if (!mayRefuseMode(reply.status)) return { refusal: null, reply };
  const { body, text } = await readErrorBody(reply.body.stream(), reply.headers);
  if (text === null) throw new AppError('ERROR_WITHHELD');
  return { refusal: readModeRefusal(reply.status, text), reply: { ...reply, body: ReplyBody.of(body) } };
};

const askForRetry = ({ origin, body }: ChunkedUpload, reply: UpstreamReply, modes: EndpointModes): never => {
  discard(reply);
  modes.learn(origin, body.mode, 'refused');
  throw new AppError('PAYLOAD_MODE_LEARNED');
};

const discard = ({ body }: UpstreamReply): void => {
  body
    .stream()
    .on('error', () => undefined)
    .resume();
};

const unconverted = (upload: ChunkedUpload, source: AsyncIterable<Buffer>, { clock, room }: UploadMeans) => {
  const { kind, body, contentLength } = upload;
  const { request, chain } = upload.sign(upload.headers, body.mode, clock.now());
  const framed = kind === 'passTrailer' ? passTrailer(source, body) : rechain(source, body, chain, room);
  // Signed once: the chunks go on from this very signature.
  return { sign: () => request, contentLength, body: framed };
};

const converted = async (upload: ChunkedUpload, source: AsyncIterable<Buffer>): Promise<OutgoingRequest> => {
  const { decodedLength } = upload.body;
  const checksums: HeaderPair[] = [];
  const decoded = dechunk(source, upload.body, (name, value) => checksums.push([name, value]));
  // What is short is checked whole before its headers go, so that the checksum can be one of them.
  const held = decodedLength <= MAX_HELD_BYTES ? await collect(decoded) : null;
  const headers = [...withoutChunkHeaders(upload.headers), ...checksums];
  return {
    sign: (nowMs) => upload.sign(headers, UNSIGNED_PAYLOAD, nowMs).request,
    contentLength: decodedLength,
    body: decodedLength === 0 ? null : (held ?? decoded),
  };
};

async function collect(pieces: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const held: Buffer[] = [];
  for await (const piece of pieces) held.push(piece);
  return Readable.from(held);
}
