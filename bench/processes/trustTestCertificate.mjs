/**
 * Loaded into the host before its own code, to make it believe the certificate of the tests. It takes a hand inside
 * the process: the host itself lets nothing in its environment add an authority.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

const certificate = readFileSync(new URL('../../test/fixtures/tls/selfSigned.crt', import.meta.url), 'utf8');
const { createSecureContext } = tls;
tls.createSecureContext = (options) => createSecureContext({ ...options, ca: certificate });
syncBuiltinESMExports();
