import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';

/** The service has read the call and said no. A 5xx is not among them: it may come after the deed. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'BACKEND_UNAUTHORIZED',
  'BACKEND_FORBIDDEN',
  'BACKEND_NOT_FOUND',
  'BACKEND_CONFLICT',
  'BACKEND_QUOTA',
  'BACKEND_RATE_LIMITED',
  'BACKEND_REFUSED_INPUT',
  'INVALID_INPUT',
]);

/** There was nobody to send the call to. */
const unsent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a call of the service that failed has certainly done nothing. */
export const hasDoneNothing = (error: unknown): boolean => {
  if (!(error instanceof AppError)) return false;
  if (error.code === 'BACKEND_UNREACHABLE') return unsent.has(systemCode(error.cause) ?? '');
  return refusals.has(error.code);
};
