import { Agent, type Dispatcher, request } from 'undici';
import { AppError, connectionCode } from '../../lib/appError.ts';
import { readBoundedText } from '../../lib/boundedText.ts';
import { strictTls } from '../../lib/strictTls.ts';

export interface PlaceRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface PlaceReply {
  /** Of no redirect: those are failures. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** @throws AppError TARGET_UNREACHABLE */
export type Ask = (request: PlaceRequest) => Promise<PlaceReply>;

export interface PlaceLimits {
  /** For all requests of one preview or one write together, bodies included. */
  readonly limitMs?: number;
  /** The authorities that are believed; absent: those of the runtime. */
  readonly certificates?: readonly string[];
}

const MAX_REPLY_BYTES = 4 * 1024 * 1024;

const unreachable = (host: string, problem: string, cause?: Error): AppError =>
  new AppError('TARGET_UNREACHABLE', { detail: `${host}: ${problem}.`, cause });

/** The kind of failure alone: a parser's error keeps the bytes it stumbled on, and a place may echo what it got. */
const transportError = (host: string, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : 'Error';
  const code = connectionCode(error);
  const problem =
    name === 'TimeoutError' ? 'no complete answer in time' : `the connection failed (${code ?? name})`;
  return unreachable(host, problem, Object.assign(new Error(code ?? name), { name }));
};

const readText = async (host: string, body: Dispatcher.ResponseData['body']): Promise<string> => {
  const text = await readBoundedText(body, MAX_REPLY_BYTES);
  if (text === null) throw unreachable(host, 'the answer is larger than 4 MiB');
  return text;
};

const singleHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));

/**
 * One conversation with one place: directly, over verified TLS, to its own origin, within one time limit. Nothing is
 * sent twice and no redirect is followed, since each would show what opens the place to somebody. Nothing in the
 * environment has a say in any of it.
 * @throws AppError TARGET_UNREACHABLE, besides what `talk` throws
 */
export const atPlace = async <T>(
  address: string,
  { limitMs = 30_000, certificates }: PlaceLimits,
  talk: (ask: Ask) => Promise<T>,
): Promise<T> => {
  const { origin, host } = new URL(address);
  const signal = AbortSignal.timeout(limitMs);
  const dispatcher = new Agent({
    connect: { timeout: limitMs, ...strictTls(certificates) },
    headersTimeout: limitMs,
    bodyTimeout: limitMs,
    allowH2: false,
    pipelining: 0,
  });
  const ask: Ask = async ({ url, ...wanted }) => {
    if (new URL(url).origin !== origin) throw new Error('a request to another origin than that of the place');
    try {
      const reply = await request(url, { ...wanted, dispatcher, signal });
      if (reply.statusCode >= 300 && reply.statusCode < 400)
        throw unreachable(host, `a redirect (${reply.statusCode}), which is never followed`);
      return {
        status: reply.statusCode,
        headers: singleHeaders(reply.headers),
        text: await readText(host, reply.body),
      };
    } catch (error) {
      throw transportError(host, error);
    }
  };
  try {
    return await talk(ask);
  } finally {
    await dispatcher.destroy();
  }
};

/**
 * What an answer that is not the wanted one means.
 * @param kind the service's own name of it, if it is one of those that its documentation lists
 */
export const refusal = (address: string, status: number, kind?: string): AppError => {
  const detail = `${new URL(address).host} answered ${status}${kind === undefined ? '' : ` (${kind})`}.`;
  if (status < 300) return new AppError('TARGET_UNREADABLE', { detail });
  if (status === 404) return new AppError('TARGET_MISSING', { detail });
  return new AppError(status >= 500 || status === 429 ? 'TARGET_UNREACHABLE' : 'TARGET_REFUSED', { detail });
};
