import type { Draft } from './draft.ts';
import { insertInto, type Mutator } from './mutator.ts';

const targets = (draft: Draft): string[] => [
  '*',
  '',
  '/',
  '//',
  '?',
  '#',
  'api',
  'evil.test:443',
  '//evil.test/api',
  '/\\evil.test',
  '\\\\evil.test',
  '@evil.test/',
  'http://evil.test/api',
  'https://evil.test/api',
  `http://127.0.0.1:${draft.port}${draft.target}`,
  `HTTP://127.0.0.1:${draft.port}${draft.target}`,
  `http://evil@127.0.0.1:${draft.port}/api`,
  `http://127.0.0.1:${draft.port}@evil.test/`,
  'http:/api',
  'http:///api',
  'http://',
  '://x',
  'file:///etc/passwd',
  `http://127.0.0.1:${draft.port}`,
  `http://127.0.0.1:${draft.port}?q`,
  'http://169.254.169.254/latest/meta-data',
  `//127.0.0.1:${draft.port}/api`,
  `${draft.target} HTTP/1.1`,
  ` ${draft.target}`,
];
const pathPieces = [
  '/../',
  '/./',
  '//',
  '/..;/',
  '/.;x/',
  '%2e%2e/',
  '/%2e%2e%2f',
  '%252e',
  '%2f',
  '%5c',
  '\\',
  '%00',
  '%',
  '%g0',
  '%u002e',
  '%c0%ae',
  '%e0%80%af',
  ';a=b',
  '\x00',
  '\x7f',
  '\xe9',
  '\xc3\xa9',
  '#f',
  '?x',
  ' ',
  '\t',
  '%0d%0aX: 1',
  '%20',
  '+',
  '|',
  '{}',
  '"',
  '<b>',
  '~',
  '%7e',
  `%7E`,
  '/~nfyio_lt_x/',
  '&',
  '=',
  '@',
  ':',
  '%3f',
  '%23',
  '.',
  '..',
  '...',
];
const queryPieces = [
  ';a=b',
  '&&',
  '&=',
  '?',
  '%00',
  '%',
  '%zz',
  '&q=1&q=2',
  '&X-Amz-Signature=0',
  '&x-amz-signature=0',
  '&%58-Amz-Signature=0',
  '&X-Amz-Credential=a&X-Amz-Credential=b',
  '&X-Amz-Security-Token=t',
  '&AWSAccessKeyId=x',
  '&acl',
  '&uploads',
  '&delete',
  '#x',
  '&a[]=1',
  '+',
  '&list-type=2',
  '&prefix=',
  '&_method=DELETE',
  '&partNumber=1&uploadId=u',
];

export const targetMutators: readonly Mutator[] = [
  function replaceTarget(draft, random) {
    draft.target = random.pick(targets(draft));
  },
  function pathPiece(draft, random) {
    draft.target = insertInto(draft.target, random, random.pick(pathPieces));
  },
  function encodePath(draft, random) {
    const at = 1 + random.below(Math.max(1, draft.target.length - 1));
    const code = (draft.target.charCodeAt(at) || 65).toString(16).padStart(2, '0');
    draft.target =
      draft.target.slice(0, at) +
      random.pick([`%${code}`, `%25${code}`, `%u00${code}`, `%${code.toUpperCase()}`]) +
      draft.target.slice(at + 1);
  },
  function query(draft, random) {
    const joint = draft.target.includes('?') ? '' : '?';
    draft.target += joint + random.pick(queryPieces);
  },
  function longTarget(draft, random) {
    draft.target += '/a'.repeat(random.pick([2_000, 7_900, 8_300, 20_000, 40_000]));
  },
];
