import { z } from 'zod';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError } from '../lib/appError.ts';
import type { ServiceResponse } from './exchange.ts';
import { quoted } from './quoted.ts';

export interface Pagination {
  readonly page: number;
  readonly totalPages: number;
}

/** What the service said, before anybody decides what to make of it. */
export type ServiceAnswer =
  | { readonly kind: 'success'; readonly data: unknown; readonly pagination: Pagination | null }
  | {
      readonly kind: 'failure';
      readonly status: number;
      /** The service's own code, e.g. ROUTE_FORBIDDEN. */
      readonly code: string | null;
      /** Safe to show: shortened, without control characters, without tokens. */
      readonly message: string | null;
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'unreadable'; readonly status: number; readonly problem: string };

const successBody = z.object({
  success: z.literal(true).optional(),
  data: z.unknown(),
  pagination: z.object({ page: z.number(), totalPages: z.number() }).nullish().catch(null),
});

/** Current releases add `success: false`; older self-hosted ones have `error` alone. */
const failureBody = z.object({
  error: z.object({ code: z.string().optional(), message: z.string().optional() }),
});

const parseJson = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
};

/** A gateway in front of the service says these without JSON, and means the same. */
const speaksForItself = (status: number): boolean => status === 429 || status >= 500;

/** @param token the control token, to take out of what is quoted */
export const readAnswer = ({ status, retryAfter, text }: ServiceResponse, token: string): ServiceAnswer => {
  const unreadable = (problem: string): ServiceAnswer => ({ kind: 'unreadable', status, problem });
  if (status >= 300 && status < 400) return unreadable(`a redirect (${status}), which is never followed`);
  const isSuccess = status < 300;
  if (isSuccess && text === '') return { kind: 'success', data: undefined, pagination: null };
  const failure: ServiceAnswer = {
    kind: 'failure',
    status,
    code: null,
    message: null,
    retryAfter: retryAfter === null ? null : quoted(retryAfter, token),
  };
  const json = parseJson(text);
  if (json === null)
    return !isSuccess && (text === '' || speaksForItself(status))
      ? failure
      : unreadable(`something other than JSON (status ${status})`);
  if (isSuccess) {
    const body = successBody.safeParse(json.value);
    return body.success && body.data.data !== undefined
      ? { kind: 'success', data: body.data.data, pagination: body.data.pagination ?? null }
      : unreadable(`no data (status ${status})`);
  }
  const { error } = failureBody.safeParse(json.value).data ?? { error: {} };
  return {
    ...failure,
    code: error.code === undefined ? null : quoted(error.code, token),
    message: error.message === undefined ? null : quoted(error.message, token),
  };
};

const codeOf = (status: number): ErrorCode => {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return 'BACKEND_REFUSED_INPUT';
    case 401:
      return 'BACKEND_UNAUTHORIZED';
    case 402:
      return 'BACKEND_QUOTA';
    case 403:
      return 'BACKEND_FORBIDDEN';
    // A release without the route may say either.
    case 404:
    case 405:
      return 'BACKEND_NOT_FOUND';
    case 409:
      return 'BACKEND_CONFLICT';
    case 429:
      return 'BACKEND_RATE_LIMITED';
    default:
      return 'BACKEND_FAILED';
  }
};

/** @param wait until when the service wants to be left alone, in words */
export const errorOf = (
  host: string,
  answer: Exclude<ServiceAnswer, { kind: 'success' }>,
  wait: string | null,
): AppError => {
  if (answer.kind === 'unreadable')
    return new AppError('BACKEND_UNREADABLE', { detail: `${host} answered ${answer.problem}.` });
  const { status, code, message } = answer;
  const said = [code ?? `status ${status}`, ...(message === null ? [] : [`"${message}"`])].join(': ');
  const until = wait === null ? '' : ` Wait until ${wait}.`;
  return new AppError(codeOf(status), { detail: `${host} said ${said}.${until}` });
};
