import type { HeaderPair } from '../sigv4/requestParts.ts';
import { connectionNominees } from './entryGuard.ts';
import { scrubText } from './reflectionScrub.ts';

const dropped = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Cookies of 127.0.0.1 are shared by every port of the machine.
  'set-cookie',
  'set-cookie2',
  // Would speak for this address in a browser.
  'alt-svc',
  'strict-transport-security',
  // Ours alone.
  'x-nfyio-vault-error',
]);
const droppedPrefixes = ['proxy-', 'access-control-'];

export const headerPairs = (flat: readonly string[]): HeaderPair[] => {
  const pairs: HeaderPair[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
};

/** The upstream's headers in their order, case and number, without those of the hop and without secrets. */
export const outboundHeaders = (
  headers: readonly HeaderPair[],
  secretForms: readonly string[],
): HeaderPair[] => {
  const nominees = new Set(
    connectionNominees(
      headers.filter(([name]) => name.toLowerCase() === 'connection').map(([, value]) => value),
    ),
  );
  return headers
    .filter(([name]) => {
      const lowerCaseName = name.toLowerCase();
      return (
        !dropped.has(lowerCaseName) &&
        !nominees.has(lowerCaseName) &&
        !droppedPrefixes.some((prefix) => lowerCaseName.startsWith(prefix))
      );
    })
    .map(([name, value]): HeaderPair => [name, scrubText(value, secretForms)]);
};
