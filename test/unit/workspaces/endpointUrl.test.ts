import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { endpointOrigin } from '../../../src/main/workspaces/endpointUrl.ts';

describe('an endpoint address', () => {
  it.each([
    ['https://app.nfyio.com', 'https://app.nfyio.com'],
    [' https://S3.Example.com:8333/ ', 'https://s3.example.com:8333'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['http://[::1]:9000/', 'http://[::1]:9000'],
    ['http://localhost', 'http://localhost'],
  ])('%s is taken as %s', (given, origin) => {
    expect(endpointOrigin(given)).toBe(origin);
  });

  it.each([
    'http://app.nfyio.com',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://10.0.0.1',
    'http://0.0.0.0:9000',
    'https://user:pass@app.nfyio.com',
    'https://user@app.nfyio.com',
    'https://app.nfyio.com/api',
    'https://app.nfyio.com//',
    'https://app.nfyio.com/?a=b',
    'https://app.nfyio.com?',
    'https://app.nfyio.com#',
    'ftp://app.nfyio.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app.nfyio.com',
    '',
  ])('%s is refused', (given) => {
    expect(() => endpointOrigin(given)).toThrow(expect.objectContaining({ code: 'URL_NOT_ALLOWED' }));
  });

  it('leaves no password in the error that refuses it', () => {
    for (const given of ['https://user:hunter2@app.nfyio.com', 'https://user:hunter2@[::']) {
      const refusal = (() => {
        try {
          return endpointOrigin(given);
        } catch (error) {
          return inspect(error, { depth: 9, showHidden: true });
        }
      })();
      expect(refusal).toContain('URL_NOT_ALLOWED');
      expect(refusal).not.toContain('hunter2');
    }
  });
});
