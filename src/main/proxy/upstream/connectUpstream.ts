import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { AppError } from '../../lib/appError.ts';
import type { strictTls } from '../../lib/strictTls.ts';

const KEEP_ALIVE_PROBE_MS = 60_000;

export interface Destination {
  /** `https://host:port`, or `http://` for this machine. */
  readonly origin: string;
  readonly tls: ReturnType<typeof strictTls>;
  readonly timeoutMs: number;
  /** Of an earlier connection to the same place; the latest one is kept here. */
  session: Buffer | undefined;
}

/**
 * Opens a socket whose bytes go to `onread`. Nothing in the environment has a say: no proxy variables, no switched-off
 * certificate check, no added authority.
 * @throws what the system says of it, or AppError UPSTREAM_TIMEOUT
 */
export const connectUpstream = async (destination: Destination, onread: OnReadOpts): Promise<Socket> => {
  const { protocol, hostname, port } = new URL(destination.origin);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const common = {
    host,
    port: Number(port === '' ? (isTls ? 443 : 80) : port),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    onread,
  };
  const socket = isTls ? secured(common, destination) : connectPlain(common);
  const patience = setTimeout(() => socket.destroy(new AppError('UPSTREAM_TIMEOUT')), destination.timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(isTls ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new AppError('UPSTREAM_BROKEN')));
    });
  } finally {
    clearTimeout(patience);
  }
  return socket;
};

const secured = (
  common: ConnectionOptions & { readonly host: string },
  destination: Destination,
): TLSSocket => {
  const { tls, session } = destination;
  const socket = connectTls({
    ...common,
    ...tls,
    ...(isIP(common.host) === 0 ? { servername: common.host } : {}),
    ALPNProtocols: ['http/1.1'],
    ...(session === undefined ? {} : { session }),
  });
  socket.on('session', (latest) => {
    destination.session = latest;
  });
  return socket;
};
