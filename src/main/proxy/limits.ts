/** Where the proxy stops waiting or counting. Tests bring smaller ones. */
export interface ProxyLimits {
  readonly headersTimeoutMs: number;
  readonly connectionsCheckingIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Without any progress of an upload, or of a reply that waits to be taken; as a whole they may take long. */
  readonly idleBodyTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly upstreamHeadersTimeoutMs: number;
  /** How long an upstream may take to say that it wants a body; then it gets it. */
  readonly continueTimeoutMs: number;
  /** How long a body that nobody wants any more is still read, so that its sender gets to see the reply. */
  readonly lingerMs: number;
  /** How long a tool that ended its side is believed to wait for its reply, before it is looked whether it does. */
  readonly halfCloseMs: number;
  /** Tools' sockets, over all listeners. */
  readonly maxConnections: number;
  /** Requests on one socket that wait for their replies. */
  readonly maxPipelined: number;
  /** Requests of one connection that run at once, over whatever sockets they come; the others wait for their turn. */
  readonly maxInFlight: number;
  readonly turnTimeoutMs: number;
  /** Requests that wait while the secret of their key changes, for each key, and for how long. */
  readonly maxHeld: number;
  readonly holdTimeoutMs: number;
  /** Forms whose fields are on their way: each takes up to 64 KiB, and anyone may begin one. */
  readonly maxArrivingForms: number;
  /** Of signed chunks that are held until they are proven, for each connection. */
  readonly maxChunkMemoryBytes: number;
  /** Of one request. */
  readonly maxBodyBytes: Readonly<Record<'api' | 's3', number>>;
}

export const defaultLimits: ProxyLimits = {
  headersTimeoutMs: 10_000,
  connectionsCheckingIntervalMs: 1_000,
  keepAliveTimeoutMs: 65_000,
  idleBodyTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  upstreamHeadersTimeoutMs: 120_000,
  continueTimeoutMs: 1_000,
  lingerMs: 2_000,
  halfCloseMs: 100,
  maxConnections: 12_000,
  maxPipelined: 16,
  maxInFlight: 512,
  turnTimeoutMs: 10_000,
  maxHeld: 4096,
  holdTimeoutMs: 60_000,
  maxArrivingForms: 256,
  maxChunkMemoryBytes: 256 * 1024 ** 2,
  maxBodyBytes: { api: 64 * 1024 ** 2, s3: 5 * 1024 ** 3 },
};

/** What the program opens besides tools' connections and its own to upstreams: itself, listeners, vault, window. */
const OTHER_FILES = 40;
const UPSTREAM_CONNECTIONS = 1_024;

/** Where few files may be open, some are kept for upstreams: a tool is better told to wait than let in for nothing. */
export const maxConnectionsWithin = (openFiles: number): number => {
  const left = openFiles - OTHER_FILES;
  const forTools = Math.floor(left - Math.min(left / 2, UPSTREAM_CONNECTIONS));
  return Math.max(1, Math.min(defaultLimits.maxConnections, forTools));
};
