import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/main/proxy/grants.ts';
import { judgeRequest } from '../../../src/main/proxy/requestPolicy.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { grantOf } from '../../integration/proxy/proxyWorld.ts';

const PATHS = 20_000;

const decodeOnce = (path: string): string =>
  path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const resolve = (path: string): string => posix.normalize(`/${path}`);

const asText = (path: string): string => Buffer.from(path, 'latin1').toString('utf8');

/** How servers read a path, each in its own words. */
const readings: Readonly<Record<string, (rawPath: string) => string>> = {
  'as it stands': (path) => path,
  'as a browser': (path) => new URL(`http://h${path}`).pathname,
  'as nginx: decoded, slashes merged, dots resolved': (path) =>
    resolve(decodeOnce(path).replace(/\/+/g, '/')),
  'as Go: decoded, cleaned': (path) => posix.normalize(decodeOnce(path)),
  'dots resolved, then decoded': (path) => decodeOnce(posix.normalize(path)),
  'decoded twice': (path) => resolve(decodeOnce(decodeOnce(path))),
  'with backslashes for slashes': (path) => resolve(decodeOnce(path).replaceAll('\\', '/')),
  'without what follows a semicolon in each segment': (path) =>
    resolve(decodeOnce(path.replace(/;[^/]*/g, ''))),
  'up to a NUL': (path) => resolve(decodeOnce(path).split('\0')[0] ?? ''),
  'with compatible characters composed': (path) => resolve(asText(decodeOnce(path)).normalize('NFKC')),
  'with overlong characters decoded': (path) =>
    resolve(
      decodeOnce(path).replace(/[\xc0\xc1]([\x80-\xbf])/g, (_, byte: string) =>
        String.fromCharCode(byte.charCodeAt(0) & 0x3f),
      ),
    ),
  'with %u sequences': (path) =>
    resolve(
      decodeOnce(
        path.replace(/%u00([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      ),
    ),
};

const pieces = [
  ...[
    'a',
    'chat',
    'admin',
    '/',
    '/',
    '/',
    '//',
    '.',
    '..',
    '/..',
    '/../',
    '/./',
    '/..;/',
    '/.;x/',
    ';',
    ';a=b',
    '...',
  ],
  ...[
    '%2e',
    '%2E',
    '%2e%2e',
    '%2f',
    '%2F',
    '%5c',
    '\\',
    '%252e%252e%252f',
    '%252f',
    '%00',
    '%0a',
    '%20',
    '%',
    '%zz',
  ],
  ...[
    '%c0%ae',
    '%c0%af',
    '%c1%9c',
    '%e0%80%ae',
    '%u002e',
    '%u002f',
    '%ff',
    '%c3%a9',
    '%e6%97%a5',
    '~',
    '+',
    '@',
    ':',
  ],
  ...[
    '%ef%bc%8e',
    '%ef%bc%8f',
    '%e2%80%a5',
    '%e2%80%a4',
    '%e2%84%80',
    '%ef%bc%bc',
    '%3b',
    '%3f',
    '%23',
    '#',
    '&',
    '=',
  ],
];

const pathFrom = (start: string, index: number): string => {
  const random = new SeededRandom(20, index);
  return start + Array.from({ length: 1 + random.below(7) }, () => random.pick(pieces)).join('');
};

/** A fragment is refused before anyone asks the policy. */
const isAllowed = (grant: Grant, rawPath: string): boolean =>
  !rawPath.includes('#') &&
  judgeRequest(grant, { method: 'GET', rawPath, rawQuery: '', headers: [] }, 0).kind === 'allow';

describe('a path that is let in by a narrowed connection', () => {
  it('stays inside of its route however a server reads it', () => {
    const grant = grantOf('api', { route: '/api/chat/*' });
    const allowed = Array.from({ length: PATHS }, (_, index) =>
      pathFrom(index % 2 === 0 ? '/api/chat/' : '/api/chat', index),
    ).filter((path) => isAllowed(grant, path));
    expect(allowed.length).toBeGreaterThan(PATHS / 50);
    const escapes = allowed.flatMap((path) =>
      Object.entries(readings)
        .filter(([, read]) => !/^\/api\/chat(?:$|\/)/.test(read(path)))
        .map(([name]) => `${path} ${name}`),
    );
    expect(escapes).toEqual([]);
  });

  it('stays inside of its bucket and prefix however a store reads it once', () => {
    const grant = grantOf('s3', { buckets: ['bucket'], prefix: 'in/' });
    const once = Object.entries(readings).filter(([name]) => !/twice|%u|overlong|compatible|NUL/.test(name));
    const allowed = Array.from({ length: PATHS }, (_, index) => pathFrom('/bucket/in/', index)).filter(
      (path) => isAllowed(grant, path),
    );
    expect(allowed.length).toBeGreaterThan(PATHS / 50);
    const escapes = allowed.flatMap((path) =>
      once.filter(([, read]) => !read(path).startsWith('/bucket/in/')).map(([name]) => `${path} ${name}`),
    );
    expect(escapes).toEqual([]);
  });
});

describe('a key of an object', () => {
  it('is let in by a connection that is not narrowed, whatever it holds', () => {
    const grant = grantOf('s3');
    const legal = Array.from({ length: PATHS }, (_, index) => pathFrom('/bucket/', index)).filter(
      (path) => !/%(?![0-9a-f]{2})|[#?]/i.test(path),
    );
    expect(legal.filter((path) => !isAllowed(grant, path))).toEqual([]);
  });
});
