import { type ErrorCode, errorTable, type WireError } from '../../shared/errorCodes.ts';

interface AppErrorOptions {
  /** Adds to the table's sentence: names, paths, limits. Never a secret, header value, query or body. */
  readonly detail?: string;
  /** Replaces the table's advice where the place knows better. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An expected failure of the world, from the one table. Anything else that is thrown is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly #options: AppErrorOptions;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { because, try: remedy } = errorTable[code];
    super(options.detail === undefined ? because : `${because} ${options.detail}`, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint ?? remedy;
    this.#options = options;
  }

  /** The same failure, with the advice of a place that knows better. */
  withHint(hint: string): AppError {
    return new AppError(this.code, { ...this.#options, hint });
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** The `code` of a Node system error (`ENOSPC`, `EADDRINUSE`…), or null. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** The same of a connection that failed: happy eyeballs wraps one failure for each address, and the first says enough. */
export const connectionCode = (error: unknown): string | null =>
  systemCode(error) ?? (error instanceof AggregateError ? systemCode(error.errors[0]) : null);
