import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalHeaders } from '../../../src/main/sigv4/canonicalHeaders.ts';
import { canonicalPath } from '../../../src/main/sigv4/canonicalPath.ts';
import { canonicalQuery, queryPairs } from '../../../src/main/sigv4/canonicalQuery.ts';
import { canonicalRequest } from '../../../src/main/sigv4/canonicalRequest.ts';
import { scopeText } from '../../../src/main/sigv4/credentialScope.ts';
import type { HeaderPair, HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { stringToSign } from '../../../src/main/sigv4/stringToSign.ts';
import { projectRoot } from '../../helpers/sourceFiles.ts';

/** The test suite that AWS publishes: one directory per request, the three stages written out for both modes. */
const folder = process.env.NFYIO_SIGV4_VECTORS ?? join(projectRoot, '../shared/sigv4-vectors');
const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^(get|post)-/.test(name)) : [];

interface Context {
  readonly credentials: { access_key_id: string; secret_access_key: string; token?: string };
  readonly expiration_in_seconds: number;
  readonly normalize: boolean;
  readonly omit_session_token?: boolean;
  readonly region: string;
  readonly service: string;
  readonly sign_body: boolean;
}

const amzDate = '20150830T123600Z';
const dateStamp = amzDate.slice(0, 8);

// Read as latin1: one character per byte, as Node's parser hands a request over.
const read = (name: string, file: string): string => readFileSync(join(folder, name, file), 'latin1');
const stage = (name: string, file: string): string => read(name, file).trimEnd();

const parseRequest = (text: string): { parts: HttpRequestParts; body: string } => {
  const [head = '', body = ''] = text.split(/\n\n(.*)/s);
  const [requestLine = '', ...lines] = head.replace(/\n(?=[ \t])/g, '').split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? [];
  const [rawPath = '', rawQuery = ''] = target.split(/\?(.*)/s);
  const headers = lines
    .filter((line) => line !== '')
    .map((line): HeaderPair => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  return { parts: { method, rawPath, rawQuery, headers }, body };
};

const prepare = (name: string, mode: 'header' | 'query') => {
  const context = JSON.parse(read(name, 'context.json')) as Context;
  const { parts, body } = parseRequest(read(name, 'request.txt'));
  const { region, service, credentials } = context;
  const payloadHash = createHash('sha256').update(body, 'latin1').digest('hex');
  const headers = [...parts.headers];
  if (mode === 'header') {
    headers.push(['X-Amz-Date', amzDate]);
    if (context.sign_body) headers.push(['x-amz-content-sha256', payloadHash]);
    if (credentials.token !== undefined && context.omit_session_token !== true)
      headers.push(['X-Amz-Security-Token', credentials.token]);
  }
  const signedHeaders = [...new Set(headers.map(([header]) => header.toLowerCase()))].sort();
  const presigning = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.access_key_id}/${dateStamp}/${region}/${service}/aws4_request`],
    ['X-Amz-Date', amzDate],
    ['X-Amz-Expires', String(context.expiration_in_seconds)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
    ...(credentials.token !== undefined && context.omit_session_token !== true
      ? [['X-Amz-Security-Token', credentials.token]]
      : []),
  ] as [string, string][];
  const pairs = [...queryPairs(parts.rawQuery), ...(mode === 'query' ? presigning : [])];
  const canonical = canonicalRequest({
    method: parts.method,
    path: canonicalPath(parts.rawPath, context.normalize ? 'normalised' : 'unnormalised'),
    query: canonicalQuery(pairs),
    headers: canonicalHeaders(headers, () => true),
    payloadHash,
  });
  const text = stringToSign(amzDate, scopeText({ dateStamp, region, service }), canonical);
  const key = deriveSigningKey(credentials.secret_access_key, dateStamp, region, service);
  return { canonical, text, signature: key.digestHex(text) };
};

describe.skipIf(names.length === 0)(`the official AWS vectors in ${folder}`, () => {
  it('are all there', () => expect(names).toHaveLength(38));

  for (const mode of ['header', 'query'] as const) {
    describe(`${mode} mode`, () => {
      it.each(names)('%s: the canonical request', (name) =>
        expect(prepare(name, mode).canonical).toBe(stage(name, `${mode}-canonical-request.txt`)),
      );
      it.each(names)('%s: the string to sign', (name) =>
        expect(prepare(name, mode).text).toBe(stage(name, `${mode}-string-to-sign.txt`)),
      );
      it.each(names)('%s: the signature', (name) =>
        expect(prepare(name, mode).signature).toBe(stage(name, `${mode}-signature.txt`)),
      );
    });
  }
});
