/** Where the proxy stops waiting or counting. Tests bring smaller ones. */
export interface ProxyLimits {
  readonly headersTimeoutMs: number;
  readonly connectionsCheckingIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Without any progress of an upload; the upload as a whole may take as long as it likes. */
  readonly idleBodyTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly upstreamHeadersTimeoutMs: number;
  /** How long an upstream may take to say that it wants a body; then it gets it. */
  readonly continueTimeoutMs: number;
  /** How long a body that nobody wants any more is still read, so that its sender gets to see the reply. */
  readonly lingerMs: number;
  readonly maxConnections: number;
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
  maxConnections: 12_000,
};
