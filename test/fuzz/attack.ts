import { connect } from 'node:net';
import type { HostileCase, Ports } from './hostileCase.ts';
import { finalReplies, readReplies } from './replies.ts';
import { readRequests, type StrictReading } from './strictHttp.ts';

export interface Attack {
  readonly hostile: HostileCase;
  /** What the strictest reading makes of the bytes sent. */
  readonly sent: StrictReading;
  /** All that came back. */
  readonly received: string;
  /** The proxy kept the connection open after the client had ended its side. */
  readonly isHung: boolean;
}

/** What makes no sense gets so long for a refusal, then the client ends its side. */
const PATIENCE_MS = 250;
/** What is truncated gets so long to be passed on before the client ends. */
const TRUNCATED_PATIENCE_MS = 20;
/** Long, for a machine that is busy with something else. */
const HUNG_MS = 20_000;

/** Sends the bytes of a case and reads until everything is answered or the connection ends. */
export const attack = (hostile: HostileCase, ports: Ports): Promise<Attack> => {
  const sent = readRequests(hostile.bytes);
  const isClean = sent.end === 'clean' && sent.requests.length > 0;
  return new Promise((resolve) => {
    const socket = connect(hostile.kind === 's3' ? ports.s3Port : ports.apiPort, '127.0.0.1');
    socket.setNoDelay(true);
    let received = '';
    const finish = (isHung: boolean): void => {
      clearTimeout(hung);
      socket.removeAllListeners('close');
      socket.destroy();
      resolve({ hostile, sent, received, isHung });
    };
    const hung = setTimeout(() => finish(true), HUNG_MS);
    if (!isClean)
      socket.setTimeout(sent.end === 'truncated' ? TRUNCATED_PATIENCE_MS : PATIENCE_MS, () => socket.end());
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      received += piece.toString('latin1');
      if (isClean && finalReplies(readReplies(received)).length >= sent.requests.length) finish(false);
    });
    socket.once('close', () => finish(false));
    socket.once('connect', () => writeApart(socket, hostile.pieces));
  });
};

/** Every piece in a turn of the event loop of its own, so that they arrive apart. */
const writeApart = (socket: ReturnType<typeof connect>, pieces: readonly string[]): void => {
  const [piece, ...rest] = pieces;
  if (piece === undefined || !socket.writable) return;
  socket.write(piece, 'latin1', () => setImmediate(() => writeApart(socket, rest)));
};
