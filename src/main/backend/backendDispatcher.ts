import { Agent, type Dispatcher } from 'undici';

export interface BackendTimeouts {
  readonly connectMs: number;
  readonly headersMs: number;
}

const defaultTimeouts: BackendTimeouts = { connectMs: 10_000, headersMs: 30_000 };

/**
 * How the service is reached: directly, over verified TLS. Given explicitly with every request, so that neither a
 * proxy nor NODE_TLS_REJECT_UNAUTHORIZED in the environment can send a control token elsewhere.
 * @param certificateAuthority PEM of the only authority to trust; absent: those of Node
 */
export const createBackendDispatcher = (
  timeouts: BackendTimeouts = defaultTimeouts,
  certificateAuthority?: string,
): Dispatcher =>
  new Agent({
    connect: {
      timeout: timeouts.connectMs,
      rejectUnauthorized: true,
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.headersMs,
    allowH2: false,
    // Calls are few: nothing is kept open between them, so there is nothing to close.
    pipelining: 0,
  });
