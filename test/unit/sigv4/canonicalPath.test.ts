import { describe, expect, it } from 'vitest';
import { canonicalPath } from '../../../src/main/sigv4/canonicalPath.ts';

describe('the canonical path', () => {
  it.each([
    ['', '/', '/', '/'],
    ['/', '/', '/', '/'],
    ['/a//b/', '/a//b/', '/a/b/', '/a//b/'],
    ['/./a/../b', '/./a/../b', '/b', '/./a/../b'],
    ['/../..', '/../..', '/', '/../..'],
    ['/a%20b', '/a%20b', '/a%2520b', '/a%2520b'],
    ['/a b~', '/a%20b~', '/a%20b~', '/a%20b~'],
    ['/%61%2f%c3%A9', '/a/%C3%A9', '/%2561%252f%25c3%25A9', '/%2561%252f%25c3%25A9'],
  ])('of %j is %j for S3, %j for other services, %j where these do not resolve', (raw, s3, other, as) => {
    expect(canonicalPath(raw, 's3')).toBe(s3);
    expect(canonicalPath(raw, 'normalised')).toBe(other);
    expect(canonicalPath(raw, 'unnormalised')).toBe(as);
  });
});
