import type { HeaderPair } from '../sigv4/requestParts.ts';
import { nominatedIn } from './entryGuard.ts';
import { hopHeaders } from './hopHeaders.ts';
import { scrubText } from './reflectionScrub.ts';

const dropped = new Set([
  ...hopHeaders,
  // Cookies of 127.0.0.1 are shared by every port of the machine.
  'set-cookie',
  'set-cookie2',
  // Would speak for this address in a browser.
  'alt-svc',
  'clear-site-data',
  'strict-transport-security',
  // Ours alone.
  'x-nfyio-vault-error',
]);
const droppedPrefix = /^(?:proxy|access-control)-/;

export const headerPairs = (flat: readonly string[]): HeaderPair[] => {
  const pairs: HeaderPair[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
};

/**
 * The upstream's headers in their order, case and number, without those of the hop.
 * @param translate gives the value as a tool is to see it
 */
export const outboundHeaders = (
  headers: readonly HeaderPair[],
  translate: (lowerCaseName: string, value: string) => string,
): HeaderPair[] => {
  const nominees = nominatedIn(headers);
  const passed: HeaderPair[] = [];
  for (const header of headers) {
    const [name, value] = header;
    const lowerCaseName = name.toLowerCase();
    const isDropped =
      dropped.has(lowerCaseName) || droppedPrefix.test(lowerCaseName) || nominees.includes(lowerCaseName);
    if (isDropped) continue;
    const translated = translate(lowerCaseName, value);
    passed.push(translated === value ? header : [name, translated]);
  }
  return passed;
};

/** Without secrets. Almost no reply holds one: all of it is looked at in one go. */
export const scrubHeaders = (
  headers: readonly HeaderPair[],
  patterns: readonly RegExp[],
): readonly HeaderPair[] => {
  const text = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  if (scrubText(text, patterns) === text) return headers;
  return headers
    .filter(([name]) => scrubText(name, patterns) === name)
    .map(([name, value]): HeaderPair => [name, scrubText(value, patterns)]);
};
