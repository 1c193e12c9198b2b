import type { Grant } from '../../src/main/proxy/grants.ts';

/** A grant without any limit, to be narrowed by the fields. */
export const unlimitedGrant = (kind: 's3' | 'api', fields: Partial<Grant> = {}): Grant => ({
  connectionId: kind,
  connectionName: kind,
  kind,
  readOnly: false,
  buckets: null,
  prefix: null,
  route: null,
  methods: null,
  expiresAtMs: null,
  upstream: 'https://upstream.test',
  credentials: [],
  ...fields,
});
