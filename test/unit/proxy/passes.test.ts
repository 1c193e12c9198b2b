import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { misplacedToken } from '../../../src/main/proxy/misplacedToken.ts';
import { capabilityPrefix, pathForRecord } from '../../../src/main/proxy/pathCapability.ts';
import { SigningKeys } from '../../../src/main/proxy/signingKeys.ts';
import { stripInbound } from '../../../src/main/proxy/stripInbound.ts';
import { failureCode } from '../../../src/main/proxy/upstreamError.ts';

const put = (headers: Record<string, string>) => ({
  method: 'PUT',
  rawPath: '/demo/a',
  rawQuery: '',
  headers: Object.entries(headers),
});

describe('stripping', () => {
  it('takes the signature out of a query and leaves the rest byte for byte', () => {
    const rawQuery =
      'X-Amz-Algorithm=A&b=%2f+%20&X-Amz-Credential=c&X-Amz-Date=d&c&X-Amz-Expires=1&x-amz-signedheaders=h&X%2DAmz-Signature=s&X-Amz-Security-Token=t&AWSAccessKeyId=k&=&versionId=a%3D';
    expect(stripInbound({ ...put({}), rawQuery }).rawQuery).toBe('b=%2f+%20&c&=&versionId=a%3D');
  });

  it('drops names with underscores, which some servers read as others, but for those of metadata', () => {
    const headers = { x_forwarded_host: 'a', 'x-amz-copy_source': '/b/c', 'X-Amz-Meta-a_b': '1' };
    expect(stripInbound(put(headers)).headers).toEqual([['X-Amz-Meta-a_b', '1']]);
  });

  it('drops what Connection names', () => {
    const headers = { connection: 'close, X-Hop', 'x-hop': '1', 'X-Stay': '2' };
    expect(stripInbound(put(headers)).headers).toEqual([['X-Stay', '2']]);
  });
});

describe('a token that would go on to the upstream', () => {
  const token = 'lt_0123456789abcdefABCDEF-_';
  const codeFor = (parts: Partial<ReturnType<typeof put>>) =>
    misplacedToken(stripInbound({ ...put({}), ...parts }));

  it.each([
    `/api/~nfyio_${token}/a`,
    `/api/nfyio_${token}`,
    `/api/nfyio%5F${token}`,
    `/api/%6e%66%79%69%6f%5f${token}`,
    `/demo/%6Efyio_%6C%74_0123456789abcdef`,
  ])('is found in the path %s', (rawPath) => {
    expect(codeFor({ rawPath })).toBe('CREDENTIAL_MISPLACED');
  });

  it.each([
    `token=nfyio_${token}`,
    `a&nfyio_${token}=1`,
    `url=http%3A%2F%2F127.0.0.1%2F~nfyio_${token}%2Fapi`,
    `url=nfyio%255F${token}`,
    `prefix=nfyio%25255F${token}`,
  ])('is found in the query %s', (rawQuery) => {
    expect(codeFor({ rawQuery })).toBe('CREDENTIAL_MISPLACED');
  });

  it('is found in what S3 stores or copies, and left out with any other header', () => {
    const headers = put({ 'X-Amz-Meta-Note': `it is nfyio_${token}`, 'X-Api-Key': `nfyio_${token}` }).headers;
    expect(codeFor({ headers: headers.slice(0, 1) })).toBe('CREDENTIAL_MISPLACED');
    expect(codeFor(put({ [`x-amz-meta-nfyio_${token}`]: '1' }))).toBe('CREDENTIAL_MISPLACED');
    expect(codeFor({ headers: headers.slice(1) })).toBeNull();
    expect(stripInbound({ ...put({}), headers: headers.slice(1) }).headers).toEqual([]);
  });

  it('is refused as real where it is', () => {
    expect(codeFor({ rawPath: `/api/nfyio_at_0123456789abcdef` })).toBe('REAL_CREDENTIAL_REFUSED');
  });

  it.each([
    '/api/nfyio_lt_',
    '/api/nfyio_lt_x/a',
    '/demo/nfyio-lt-0123456789abcdef',
    '/api/about/nfyio_lt_/0123456789abcdef',
  ])('is not seen in %s', (rawPath) => {
    expect(codeFor({ rawPath })).toBeNull();
  });
});

describe('the path in a record', () => {
  it.each([
    ['api', '/~nfyio_lt_abc/api/chat', '/api/chat'],
    ['api', '/%7enfyio_lt_abc/api/chat', '/api/chat'],
    ['api', '/~nfyio_lt_abc', '/'],
    ['api', '/api/nfyio_at_abc/x', '/api/[redacted]/x'],
    ['s3', '/~nfyio_lt_abc/api', '/~[redacted]/api'],
    ['s3', '/demo/nfyio%5Flt_abc', '/demo/[redacted]'],
    ['s3', '/demo/%6Ef%2579io_at_abc/a', '/demo/[redacted]/a'],
    ['s3', '/demo/~a', '/demo/~a'],
  ] as const)('of the %s listener for %s is %s', (kind, path, expected) => {
    expect(pathForRecord(kind, path)).toBe(expected);
  });
});

describe('the capability taken off a path', () => {
  it.each([
    ['/~nfyio_lt_abc/api/chat', '/api/chat', '/~nfyio_lt_abc'],
    ['/~nfyio_lt_abc', '/', '/~nfyio_lt_abc'],
    ['/api/chat', '/api/chat', ''],
    ['', '/', ''],
  ])('between %j and %j is %j', (arrived, path, expected) => {
    expect(capabilityPrefix(arrived, path)).toBe(expected);
  });
});

describe('a signing key', () => {
  it('is derived anew when the secret behind an id has changed', () => {
    const keys = new SigningKeys();
    const first = keys.of('key-1', Secret.of('one'), '20261123', 'us-east-1');
    expect(keys.of('key-1', Secret.of('one'), '20261123', 'us-east-1')).toBe(first);
    expect(keys.of('key-1', Secret.of('two'), '20261123', 'us-east-1').digest('')).not.toEqual(
      first.digest(''),
    );
  });

  it('stays good for an upload under way, however many others are asked for', () => {
    const keys = new SigningKeys();
    const key = keys.of('key-1', Secret.of('one'), '20261123', 'us-east-1');
    const before = key.digest('');
    for (let number = 0; number < 2_000; number += 1)
      keys.of('key-1', Secret.of('one'), '20261123', `region-${number}`);
    expect(key.digest('')).toEqual(before);
    expect(keys.of('key-1', Secret.of('one'), '20261123', 'us-east-1').digest('')).toEqual(before);
  });

  it('is wiped on lock', () => {
    const keys = new SigningKeys();
    const one = keys.of('key-1', Secret.of('one'), '20261123', 'us-east-1');
    const two = keys.of('key-2', Secret.of('two'), '20261123', 'us-east-1');
    expect(one.digest('')).not.toEqual(two.digest(''));
    keys.clear();
    expect(one.digest('')).toEqual(two.digest(''));
  });
});

describe('a failure of the upstream', () => {
  it.each([
    ['ECONNREFUSED', 'UPSTREAM_UNREACHABLE'],
    ['ENOTFOUND', 'UPSTREAM_UNREACHABLE'],
    ['UND_ERR_CONNECT_TIMEOUT', 'UPSTREAM_TIMEOUT'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UPSTREAM_TLS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'UPSTREAM_TLS'],
    ['CERT_HAS_EXPIRED', 'UPSTREAM_TLS'],
    ['UND_ERR_HEADERS_TIMEOUT', 'UPSTREAM_TIMEOUT'],
    ['UND_ERR_SOCKET', 'UPSTREAM_BROKEN'],
    ['HPE_INVALID_CONSTANT', 'UPSTREAM_BROKEN'],
    ['ECONNRESET', 'UPSTREAM_BROKEN'],
    ['EPIPE', 'UPSTREAM_BROKEN'],
    ['ERR_INVALID_ARG_TYPE', 'INTERNAL'],
  ])('%s is %s', (code, expected) => {
    expect(failureCode(Object.assign(new Error('x'), { code }))).toBe(expected);
  });

  it('without a code is a bug', () => {
    expect(failureCode(new TypeError('x'))).toBe('INTERNAL');
  });
});
