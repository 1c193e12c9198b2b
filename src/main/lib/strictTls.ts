import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/**
 * Who is believed to be whom: the authorities that came with the runtime, and no others. Nothing in the environment
 * has a say in it, as it would have where none were named.
 */
export const strictTls = (
  certificates: readonly string[] = rootCertificates,
): { readonly rejectUnauthorized: true; readonly secureContext: SecureContext } => ({
  rejectUnauthorized: true,
  secureContext: createSecureContext({ ca: [...certificates], minVersion: 'TLSv1.2' }),
});
