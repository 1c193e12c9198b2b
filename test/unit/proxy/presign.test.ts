import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { judgePresign, presignedUrl } from '../../../src/main/proxy/presign.ts';
import { grantOf, keyCredential, realKey, tokenCredential } from '../../integration/proxy/proxyWorld.ts';
import { encodedKey } from '../../interop/clients/curl.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0, 750);

describe('a presigned URL', () => {
  it.each(['a', 'dir/a b+c', 'grüße/日本.txt', "a!*'()~@&=?#%", 'a//b/', '/a'])(
    'for the key %j is the one that the AWS SDK makes',
    async (key) => {
      const signer = new SignatureV4({
        service: 's3',
        region: 'us-east-1',
        uriEscapePath: false,
        sha256: Sha256,
        credentials: realKey,
      });
      for (const method of ['GET', 'PUT'] as const) {
        const { path, query = {} } = await signer.presign(
          {
            method,
            protocol: 'https:',
            hostname: 's3.test',
            port: 8443,
            path: `/demo/${encodedKey(key)}`,
            query: {},
            headers: { host: 's3.test:8443', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
          },
          {
            expiresIn: 3600,
            signingDate: new Date(NOW_MS),
            // It says what is signed of the body, and is itself neither sent nor signed.
            unsignableHeaders: new Set(['x-amz-content-sha256']),
            unhoistableHeaders: new Set(['x-amz-content-sha256']),
          },
        );
        const secretAccessKey = Secret.of(realKey.secretAccessKey);
        const url = new URL(
          presignedUrl(
            { method, bucket: 'demo', key },
            { origin: 'https://s3.test:8443', accessKeyId: realKey.accessKeyId, secretAccessKey },
            3600,
            NOW_MS,
          ),
        );
        expect(url.host).toBe('s3.test:8443');
        expect(url.pathname).toBe(path);
        expect(Object.fromEntries(url.searchParams)).toEqual(query);
      }
    },
  );
});

describe('what a URL may be made for', () => {
  it.each([
    [{}, 'key-1'],
    [{ readOnly: true }, 'READ_ONLY'],
    [{ methods: ['GET'] }, 'METHOD_FORBIDDEN'],
    [{ buckets: ['other'] }, 'BUCKET_FORBIDDEN'],
    [{ prefix: 'out/' }, 'PREFIX_FORBIDDEN'],
    [{ expiresAtMs: NOW_MS }, 'CONNECTION_EXPIRED'],
    [{ credentials: [] }, 'CREDENTIAL_GONE'],
    [{ credentials: [keyCredential({ permission: 'read' })] }, 'PERMISSION_FORBIDDEN'],
    [{ credentials: [keyCredential({ buckets: ['other'] })] }, 'BUCKET_FORBIDDEN'],
    [{ credentials: [keyCredential({ expiresAt: '2026-01-01T00:00:00.000Z' })] }, 'CREDENTIAL_EXPIRED'],
  ])('is what the connection %j may do: %s', (limits, expected) => {
    const verdict = judgePresign(
      grantOf('s3', limits),
      { method: 'PUT', bucket: 'demo', key: 'in/ä' },
      NOW_MS,
    );
    expect(verdict.kind === 'allow' ? verdict.credential.id : verdict.code).toBe(expected);
  });

  it('is no key with a token in it, which would stand in the logs of the service', () => {
    const key = `nfyio_lt_${'a'.repeat(32)}`;
    expect(judgePresign(grantOf('s3'), { method: 'GET', bucket: 'demo', key }, NOW_MS)).toEqual({
      kind: 'refuse',
      code: 'CREDENTIAL_MISPLACED',
    });
  });

  it('is nothing that is signed for with a token', () => {
    const grant = grantOf('api', { credentials: [tokenCredential()] });
    expect(judgePresign(grant, { method: 'GET', bucket: 'demo', key: 'a' }, NOW_MS)).toEqual({
      kind: 'refuse',
      code: 'CONNECTION_WRONG_KIND',
    });
  });
});
