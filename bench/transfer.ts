import { runProcess } from './childServer.ts';
import type { ChunkSigning } from './chunkedBody.ts';
import type { Headers } from './localSignature.ts';

/** One large body, sent or fetched by a process of its own over a plain socket. */
export interface Transfer {
  readonly port: number;
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly headers: Headers;
  /** Of the object. A GET must bring as many. */
  readonly bytes: number;
  /** Set when the body goes in chunk framing. */
  readonly chunks: ChunkSigning | null;
}

export interface TransferResult {
  readonly seconds: number;
}

export const transfer = (spec: Transfer): Promise<TransferResult> => runProcess('transferClient.ts', spec);
