import { type Dispatcher, request } from 'undici';
import { AppError, connectionCode } from '../lib/appError.ts';
import { readBoundedText } from '../lib/boundedText.ts';
import type { Secret } from '../lib/secret.ts';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface ServiceResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

export interface ServiceAddress {
  /** Origin, e.g. https://app.nfyio.com */
  readonly apiUrl: string;
  readonly token: Secret;
  readonly dispatcher: Dispatcher;
  /** For the whole exchange, body included. */
  readonly deadlineMs: number;
}

const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

const unreachable = (host: string, problem: string, cause: Error): AppError =>
  new AppError('BACKEND_UNREACHABLE', { detail: `${host}: ${problem}.`, cause });

const unreadable = (host: string, problem: string, cause?: Error): AppError =>
  new AppError('BACKEND_UNREADABLE', { detail: `${host}: ${problem}.`, cause });

/** Whether it can stand in a header at all. One that cannot is nobody's token. */
export const isSendable = (token: Secret): boolean => /^[\x21-\x7e]+$/.test(token.reveal());

/** Error codes of Node's TLS that say "this is not who it should be". */
const isCertificateProblem = (code: string): boolean =>
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(
    code,
  );

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name could not be looked up',
  ENETUNREACH: 'this machine is offline, or has no way there',
  ENETDOWN: 'this machine is offline, or has no way there',
  EHOSTUNREACH: 'this machine is offline, or has no way there',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke off',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no complete answer in time',
  ETIMEDOUT: 'no connection in time',
};

/** The kind of failure alone: a parser's error keeps the bytes it stumbled on, and a service may echo the token. */
const withoutContent = (name: string, code: string): Error => Object.assign(new Error(code), { name, code });

const transportError = (host: string, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : 'Error';
  const code = connectionCode(error) ?? 'unknown';
  const cause = withoutContent(name, code);
  if (name === 'TimeoutError') return unreachable(host, 'no complete answer in time', cause);
  if (isCertificateProblem(code))
    return unreachable(host, `its TLS certificate is not trusted (${code})`, cause);
  if (code.startsWith('ERR_SSL_')) return unreachable(host, `it does not speak TLS (${code})`, cause);
  if (name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return unreadable(host, 'malformed HTTP', cause);
  return unreachable(host, problems[code] ?? `the connection failed (${code})`, cause);
};

const readText = async (host: string, body: Dispatcher.ResponseData['body']): Promise<string> => {
  const text = await readBoundedText(body, MAX_RESPONSE_BYTES);
  if (text === null) throw unreadable(host, 'the answer is larger than 4 MiB');
  return text;
};

export interface HttpRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly dispatcher: Dispatcher;
  /** For the whole exchange, body included. */
  readonly deadlineMs: number;
}

/**
 * One request, one answer; no redirect is followed.
 * @throws AppError BACKEND_UNREACHABLE | BACKEND_UNREADABLE
 */
export const exchangeText = async (wanted: HttpRequest): Promise<ServiceResponse> => {
  const { url, deadlineMs, ...rest } = wanted;
  try {
    const { statusCode, headers, body } = await request(url, {
      ...rest,
      signal: AbortSignal.timeout(deadlineMs),
    });
    const retryAfter = headers['retry-after'];
    return {
      status: statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
      text: await readText(url.host, body),
    };
  } catch (error) {
    throw transportError(url.host, error);
  }
};

/** With the token. @throws AppError BACKEND_UNREACHABLE | BACKEND_UNREADABLE | BACKEND_UNAUTHORIZED */
export const exchange = async (
  { apiUrl, token, dispatcher, deadlineMs }: ServiceAddress,
  { method, path, body }: ServiceRequest,
): Promise<ServiceResponse> => {
  if (!isSendable(token))
    throw new AppError('BACKEND_UNAUTHORIZED', { detail: 'It has characters that no token has.' });
  return exchangeText({
    method,
    url: new URL(`${apiUrl}${path}`),
    dispatcher,
    deadlineMs,
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};
