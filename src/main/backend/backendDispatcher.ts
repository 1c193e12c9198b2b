import { Agent, type Dispatcher } from 'undici';
import { strictTls } from '../lib/strictTls.ts';

export interface BackendTimeouts {
  readonly connectMs: number;
  readonly headersMs: number;
}

const defaultTimeouts: BackendTimeouts = { connectMs: 10_000, headersMs: 30_000 };

/**
 * How the service is reached: directly, over verified TLS. Given explicitly with every request, so that nothing in
 * the environment can send a control token elsewhere.
 * @param certificates the authorities that are believed; absent: those of the runtime
 */
export const createBackendDispatcher = (
  timeouts: BackendTimeouts = defaultTimeouts,
  certificates?: readonly string[],
): Dispatcher =>
  new Agent({
    connect: {
      timeout: timeouts.connectMs,
      ...strictTls(certificates),
    },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.headersMs,
    allowH2: false,
    // Calls are few: nothing is kept open between them, so there is nothing to close.
    pipelining: 0,
  });
