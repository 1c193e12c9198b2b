/** The service's documented codes, and three that it may have besides: SCOPE_FORBIDDEN and the last two. */
const statuses = {
  UNAUTHORIZED: 401,
  ROUTE_FORBIDDEN: 403,
  SCOPE_FORBIDDEN: 403,
  MISSING_CONTEXT: 400,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  DUPLICATE_ENTRY: 409,
  QUOTA_EXCEEDED: 402,
  INTERNAL_ERROR: 500,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
} as const;

export type RestErrorCode = keyof typeof statuses;

export interface RestErrorDetail {
  readonly path: string;
  readonly message: string;
}

/** A failure as the service would answer it. The message never quotes a credential. */
export class RestError extends Error {
  readonly code: RestErrorCode;
  readonly status: number;
  readonly details: readonly RestErrorDetail[] | undefined;

  constructor(code: RestErrorCode, message: string, details?: readonly RestErrorDetail[]) {
    super(message);
    this.name = 'RestError';
    this.code = code;
    this.status = statuses[code];
    this.details = details;
  }

  toJSON(): object {
    const { code, message, details } = this;
    return { success: false, error: { code, message, ...(details === undefined ? {} : { details }) } };
  }
}
