import { expect, it } from 'vitest';
import { hasDoneNothing } from '../../../src/main/credentials/outcome.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import type { ErrorCode } from '../../../src/shared/errorCodes.ts';

const unreachable = (code: string): AppError =>
  new AppError('BACKEND_UNREACHABLE', { cause: Object.assign(new Error(code), { code }) });

it.each<[ErrorCode, boolean]>([
  ['BACKEND_REFUSED_INPUT', true],
  ['BACKEND_UNAUTHORIZED', true],
  ['BACKEND_QUOTA', true],
  ['BACKEND_FORBIDDEN', true],
  ['BACKEND_NOT_FOUND', true],
  ['BACKEND_CONFLICT', true],
  ['BACKEND_RATE_LIMITED', true],
  ['INVALID_INPUT', true],
  ['BACKEND_FAILED', false],
  ['BACKEND_UNREADABLE', false],
  ['BACKEND_UNREACHABLE', false],
  ['VAULT_LOCKED', false],
])('after %s it is certain that nothing was done: %s', (code, expected) => {
  expect(hasDoneNothing(new AppError(code))).toBe(expected);
});

it('a call that found nobody has done nothing; one that was broken off may have', () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])
    expect(hasDoneNothing(unreachable(code)), code).toBe(true);
  for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'EPIPE'])
    expect(hasDoneNothing(unreachable(code)), code).toBe(false);
});

it('of a bug nobody knows', () => {
  expect(hasDoneNothing(new Error('a bug'))).toBe(false);
});
