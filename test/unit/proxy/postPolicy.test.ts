import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { Grant, Grants } from '../../../src/main/proxy/grants.ts';
import { EndpointModes } from '../../../src/main/proxy/payload/endpointModes.ts';
import { type FormHead, readFormHead } from '../../../src/main/proxy/postPolicy/formHead.ts';
import { withFilename } from '../../../src/main/proxy/postPolicy/formKey.ts';
import { readFormRequest } from '../../../src/main/proxy/postPolicy/formRequest.ts';
import { identifyForm } from '../../../src/main/proxy/postPolicy/identifyForm.ts';
import { passFile } from '../../../src/main/proxy/postPolicy/passFile.ts';
import { obeysPolicy, parsePolicy } from '../../../src/main/proxy/postPolicy/policyDocument.ts';
import { prepareForm } from '../../../src/main/proxy/postPolicy/prepareForm.ts';
import { signForm } from '../../../src/main/proxy/postPolicy/signForm.ts';
import { ReplayGuard } from '../../../src/main/proxy/replayGuard.ts';
import { SigningKeys } from '../../../src/main/proxy/signingKeys.ts';
import { signPolicy } from '../../../src/main/sigv4/postPolicy.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { BOUNDARY, FILENAME, formBody } from '../../helpers/uploadForm.ts';
import { grantOf, localKey } from '../../integration/proxy/proxyWorld.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const piecesOf = (text: string, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    latin1(text.slice(at * size, (at + 1) * size)),
  );
const codeOf = async (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const collect = async (pieces: AsyncIterable<Buffer>): Promise<string> => {
  let text = '';
  for await (const piece of pieces) text += piece.toString('latin1');
  return text;
};

describe('a request that is an upload by form', () => {
  const boundaryOf = (contentType: string, changes: object = {}): string | null =>
    readFormRequest({
      method: 'POST',
      rawPath: '/demo',
      rawQuery: '',
      headers: [['Content-Type', contentType]],
      ...changes,
    })?.boundary ?? null;

  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;boundary="a=b"', 'a=b'],
    ['multipart/form-data', null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data; boundary="a\\"b"', null],
    ['multipart/form-data; boundary=a; boundary=b', null],
    ['multipart/form-data; charset=utf-8; boundary=a', null],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, null],
    ['multipart/mixed; boundary=a', null],
    ['', null],
  ])('%j has the boundary %j', (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });

  it.each([
    { method: 'PUT' },
    { rawPath: '/demo/a' },
    { rawPath: '/' },
    { rawPath: '/a..b' },
    { rawQuery: 'delete' },
    { headers: [] },
    {
      headers: [
        ['content-type', 'multipart/form-data; boundary=a'],
        ['Authorization', 'AWS4-HMAC-SHA256 x'],
      ],
    },
    {
      headers: [
        ['content-type', 'multipart/form-data; boundary=a'],
        ['content-type', 'multipart/form-data; boundary=b'],
      ],
    },
  ])('is not one with %j', (changes) => {
    expect(boundaryOf('multipart/form-data; boundary=a', changes)).toBeNull();
  });

  it('may name its bucket with a slash behind it', () => {
    expect(boundaryOf('multipart/form-data; boundary=a', { rawPath: '/demo/' })).toBe('a');
  });
});

describe('the head of a form', () => {
  const read = (text: string, size = 65_536): Promise<FormHead> =>
    readFormHead(Readable.from(piecesOf(text, size)), BOUNDARY);

  it.each([1, 2, 3, 7, 64, 1_000_000])(
    'is read in pieces of %i bytes, and what follows is left whole',
    async (size) => {
      const text = formBody({
        fields: [
          ['key', 'a'],
          ['Empty', ''],
          ['x', '\r\n--'],
        ],
        file: 'the\r\nfile',
      });
      const head = await read(text, size);
      expect(head).toMatchObject({
        fields: [
          { name: 'key', value: 'a' },
          { name: 'Empty', value: '' },
          { name: 'x', value: '\r\n--' },
        ],
        filename: 'a.txt',
        fileType: 'text/plain',
        byteLength: text.indexOf('the\r\nfile'),
      });
      expect(await collect(head.rest)).toBe(text.slice(head.byteLength));
    },
  );

  it('may be 64 KiB long and no longer', async () => {
    const overhead = formBody({ fields: [['a', '']], file: '' }).indexOf(`\r\n--${BOUNDARY}--`);
    const withHead = (bytes: number) => formBody({ fields: [['a', 'b'.repeat(bytes - overhead)]], file: '' });
    expect((await read(withHead(65_536), 1000)).byteLength).toBe(65_536);
    expect(await codeOf(read(withHead(65_537), 1000))).toBe('FORM_MALFORMED');
    expect(await collect((await read(withHead(65_536), 100_000)).rest)).toBe(`\r\n--${BOUNDARY}--\r\n`);
  });

  it('gives its source back when nobody wants the file', async () => {
    let isReturned = false;
    async function* source() {
      try {
        yield latin1(formBody({ fields: [], file: 'a' }));
        yield latin1('more');
      } finally {
        isReturned = true;
      }
    }
    const { rest } = await readFormHead(source(), BOUNDARY);
    for await (const _ of rest) break;
    expect(isReturned).toBe(true);
  });

  const part = (head: string, value = 'v'): string => `--${BOUNDARY}\r\n${head}\r\n\r\n${value}\r\n`;
  const filePart = part('Content-Disposition: form-data; name="file"', 'f');

  it.each<[string, string | null]>([
    ['form-data; name="file"; filename="b c.txt"', 'b c.txt'],
    ['form-data; filename=b.txt; name=file', 'b.txt'],
    ['FORM-DATA; NAME="FILE"; FILENAME="b"', 'b'],
    ['form-data; name="file"; filename="C:\\dir\\b.txt"', 'b.txt'],
    ['form-data; name="file"; filename="/dir/b.txt"', 'b.txt'],
    ['form-data; name="file"; filename="a\\"b"', 'a"b'],
    ['form-data; name="file"; filename=""', ''],
    ['form-data; name="file"', null],
  ])('with %j names the file %j', async (disposition, filename) => {
    expect((await read(part(`Content-Disposition: ${disposition}`))).filename).toBe(filename);
  });

  it.each([
    ['nothing', ''],
    ['a preamble', `x\r\n${filePart}`],
    ['another boundary', filePart.replaceAll('form', 'from')],
    ['no file', `${part('Content-Disposition: form-data; name="a"')}--${BOUNDARY}--\r\n`],
    [
      'two fields of one name',
      part('Content-Disposition: form-data; name="a"') +
        part('Content-Disposition: form-data; name="A"') +
        filePart,
    ],
    ['a field without a name', part('Content-Disposition: form-data') + filePart],
    ['a name that is none', part('Content-Disposition: form-data; name="a b"') + filePart],
    ['two names', part('Content-Disposition: form-data; name="a"; name="b"') + filePart],
    ['another disposition', part('Content-Disposition: attachment; name="a"') + filePart],
    ['something after the disposition', part('Content-Disposition: form-data; name="a" b') + filePart],
    ['no disposition', part('Content-Type: text/plain') + filePart],
    [
      'two dispositions',
      part('Content-Disposition: form-data; name="a"\r\ncontent-disposition: form-data; name="b"') + filePart,
    ],
    ['a header that is none', part('Content-Disposition: form-data; name="a"\r\nnonsense') + filePart],
    ['a folded header', part('Content-Disposition: form-data;\r\n name="a"') + filePart],
    [
      'an encoded part',
      part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64') + filePart,
    ],
    ['a value that is not UTF-8', part('Content-Disposition: form-data; name="a"', '\xff') + filePart],
    [
      'a boundary that goes on',
      part('Content-Disposition: form-data; name="a"', `v\r\n--${BOUNDARY}x`) + filePart,
    ],
  ])('with %s is malformed', async (_, text) => {
    expect(await codeOf(read(text))).toBe('FORM_MALFORMED');
  });
});

describe('the file of a form', () => {
  const unlimited = { min: 0, max: 1_000_000 };
  const pass = (text: string, size: number, range = unlimited): Promise<string> =>
    collect(passFile(Readable.from(piecesOf(text, size)), BOUNDARY, range));
  const end = `\r\n--${BOUNDARY}--`;

  it.each([1, 2, 3, 5, 8, 13, 31, 32, 33, 1000])('passes in pieces of %i bytes', async (size) => {
    for (const file of ['', 'a', '\r', '\r\n', `\r\n--${BOUNDARY.slice(1)}`, '\r\r\n\r\n--', 'x'.repeat(500)])
      for (const close of [end, `${end}\r\n`]) expect(await pass(file + close, size)).toBe(file + close);
  });

  it.each([1, 7, 1000])('is measured, in pieces of %i bytes', async (size) => {
    const five = `12345${end}`;
    expect(await pass(five, size, { min: 5, max: 5 })).toBe(five);
    expect(await codeOf(pass(five, size, { min: 0, max: 4 }))).toBe('UPLOAD_TOO_LARGE');
    expect(await codeOf(pass(five, size, { min: 6, max: 9 }))).toBe('UPLOAD_TOO_SMALL');
  });

  it.each([
    '',
    'a',
    `a\r\n--${BOUNDARY}`,
    `a\r\n--${BOUNDARY}-`,
    `a\r\n--${BOUNDARY}\r\nContent`,
    `a${end}\r`,
    `a${end}x`,
    `a${end}\r\nx`,
    `a${end}${'x'.repeat(99)}`,
  ])('has to end with the form: %j', async (text) => {
    for (const size of [1, 1000]) expect(await codeOf(pass(text, size))).toBe('FORM_MALFORMED');
  });

  it('gives out nothing of the end before it has been checked', async () => {
    const given: string[] = [];
    const running = async () => {
      for await (const piece of passFile(Readable.from([latin1(`a${end}`)]), BOUNDARY, { min: 2, max: 9 }))
        given.push(piece.toString());
    };
    expect(await codeOf(running())).toBe('UPLOAD_TOO_SMALL');
    expect(given).toEqual(['a']);
  });
});

const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64');
const expiration = '2026-11-23T12:05:00Z';
const policyOf = (...conditions: unknown[]) => parsePolicy(encode({ expiration, conditions }));

describe('a policy', () => {
  it('is read with its conditions', () => {
    expect(
      policyOf(
        { Bucket: 'demo' },
        ['eq', '$Key', 'ä'],
        ['starts-with', '$x', ''],
        ['content-length-range', 1, '9'],
        ['content-length-range', 0, 8],
      ),
    ).toEqual({
      expiresAtMs: Date.UTC(2026, 10, 23, 12, 5),
      conditions: [
        { kind: 'eq', name: 'bucket', value: 'demo' },
        { kind: 'eq', name: 'key', value: '\xc3\xa4' },
        { kind: 'starts-with', name: 'x', value: '' },
      ],
      range: { min: 1, max: 8 },
    });
  });

  it.each([
    'no base64!',
    '',
    Buffer.from('no json').toString('base64'),
    encode(null),
    encode('text'),
    encode({ conditions: [] }),
    encode({ expiration, conditions: {} }),
    encode({ expiration: 5, conditions: [] }),
    encode({ expiration: '2026-11-23', conditions: [] }),
    encode({ expiration: '2026-13-45T99:99:99Z', conditions: [] }),
    encode({ expiration: '2026-11-23T12:05:00', conditions: [] }),
  ])('is refused as %j', (base64) => {
    expect(parsePolicy(base64)).toBeNull();
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ a: 'b', c: 'd' }],
    [{ a: 1 }],
    [[]],
    [['eq', 'key', 'a']],
    [['eq', '$', 'a']],
    [['eq', '$key', 1]],
    [['eq', '$key', 'a', 'b']],
    [['matches', '$key', 'a']],
    [['content-length-range', 1]],
    [['content-length-range', -1, 2]],
    [['content-length-range', 1, 'x']],
    [['content-length-range', 1, 2, 3]],
  ])('is refused with the condition %j', (condition) => {
    expect(policyOf(condition)).toBeNull();
  });

  it.each<[string, unknown[], Record<string, string>, boolean]>([
    ['equal values', [{ key: 'a' }], { key: 'a' }, true],
    ['another value', [{ key: 'a' }], { key: 'b' }, false],
    ['another case', [{ key: 'a' }], { key: 'A' }, false],
    ['a beginning', [['starts-with', '$key', 'a/']], { key: 'a/b' }, true],
    ['another beginning', [['starts-with', '$key', 'a/']], { key: 'b' }, false],
    ['any value', [['starts-with', '$key', '']], { key: 'b' }, true],
    ['a missing field', [{ key: 'a' }, { acl: 'private' }], { key: 'a' }, false],
    ['a field that nothing covers', [{ key: 'a' }], { key: 'a', acl: 'x' }, false],
    [
      'the fields that need no condition',
      [{ key: 'a' }],
      { key: 'a', policy: 'p', 'x-amz-signature': 's', 'x-ignore-this': 'i' },
      true,
    ],
    ['one of two conditions on a field', [{ key: 'a' }, ['starts-with', '$key', 'b']], { key: 'a' }, false],
  ])('judges %s', (_, conditions, values, isObeyed) => {
    const policy = policyOf(...conditions);
    expect(policy && obeysPolicy(policy, new Map(Object.entries(values)))).toBe(isObeyed);
  });
});

describe('the key of a form', () => {
  it.each([
    [`in/${FILENAME}`, 'a.txt', 'in/a.txt'],
    [`${FILENAME}/${FILENAME}`, '$&', '$&/$&'],
    [`in/${FILENAME}`, null, 'in/'],
    ['in/a', 'b', 'in/a'],
  ])('%j with the file %j is %j', (text, filename, expected) => {
    expect(withFilename(text, filename)).toBe(expected);
  });
});

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const grants = (kind: 's3' | 'api' = 's3'): Grants => ({
  isUnlocked: () => true,
  byAccessKeyId: (id) => (id === localKey.accessKeyId ? grantOf(kind) : undefined),
  byToken: () => undefined,
  byConnectionId: () => undefined,
  isRetiring: () => false,
  localSecretKey: () => Secret.of(localKey.secretAccessKey),
  secretOf: () => Secret.of('unused'),
});

const signedFields = (
  changes: Record<string, string> = {},
  document: unknown = { expiration, conditions: [] },
) => {
  const policy = encode(document);
  const signingKey = deriveSigningKey(localKey.secretAccessKey, '20261123', 'auto', 's3');
  return new Map(
    Object.entries({
      policy,
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `${localKey.accessKeyId}/20261123/auto/s3/aws4_request`,
      'x-amz-date': '20261123T120000Z',
      'x-amz-signature': signPolicy(policy, signingKey),
      ...changes,
    }),
  );
};

describe('who signed a form', () => {
  const identify = (fields: ReadonlyMap<string, string>, laterMs = 0, kind: 's3' | 'api' = 's3'): string => {
    const identity = identifyForm(fields, grants(kind), new SigningKeys(), NOW_MS + laterMs);
    return identity.kind === 'refuse' ? identity.code : identity.grant.connectionId;
  };
  const credential = (text: string) => ({ 'x-amz-credential': text });
  const scope = '20261123/auto/s3/aws4_request';

  it.each<[string, Record<string, string>]>([
    ['connection-s3', {}],
    ['AUTH_MISSING', { policy: '' }],
    ['AUTH_MISSING', { 'x-amz-signature': '' }],
    ['AUTH_UNSUPPORTED', { 'x-amz-signature': '', awsaccesskeyid: 'x', signature: 'y' }],
    ['AUTH_UNSUPPORTED', { 'x-amz-algorithm': 'AWS4-ECDSA-P256-SHA256' }],
    ['AUTH_BAD_SIGNATURE', { 'x-amz-date': 'today' }],
    ['AUTH_BAD_SIGNATURE', { 'x-amz-date': '20261124T120000Z' }],
    ['AUTH_BAD_SIGNATURE', credential('nonsense')],
    ['AUTH_BAD_SIGNATURE', credential(`${localKey.accessKeyId}/20261123/auto/ec2/aws4_request`)],
    ['AUTH_BAD_SIGNATURE', credential(`${localKey.accessKeyId}/20261123/other/s3/aws4_request`)],
    ['AUTH_UNKNOWN', credential(`NFYOTHER/${scope}`)],
    ['REAL_CREDENTIAL_REFUSED', credential(`AKIAOTHER/${scope}`)],
    ['AUTH_BAD_SIGNATURE', { 'x-amz-signature': '0'.repeat(64) }],
  ])('is %s for %j', (expected, changes) => {
    expect(identify(signedFields(changes))).toBe(expected);
  });

  it('is nobody without fields', () => {
    expect(identify(new Map())).toBe('AUTH_MISSING');
  });

  it('is not of the other listener', () => {
    expect(identify(signedFields(), 0, 'api')).toBe('CONNECTION_WRONG_KIND');
  });

  it('is told of a malformed policy only with the key', () => {
    expect(identify(signedFields({}, { expiration, conditions: [1] }))).toBe('FORM_MALFORMED');
  });

  it.each([
    [-300_001, 'AUTH_STALE'],
    [-300_000, 'connection-s3'],
    [300_000, 'connection-s3'],
    [300_001, 'AUTH_STALE'],
  ])('counts %i ms later: %s', (laterMs, expected) => {
    expect(identify(signedFields(), laterMs)).toBe(expected);
  });

  it('counts seven days at most, whatever the policy says', () => {
    const fields = signedFields({}, { expiration: '2030-01-01T00:00:00Z', conditions: [] });
    expect(identify(fields, 604_800_000)).toBe('connection-s3');
    expect(identify(fields, 604_800_001)).toBe('AUTH_STALE');
  });
});

describe('a form that is signed anew', () => {
  const sign = (filename: string | null, fileType: string | null): string => {
    const policy = policyOf(['content-length-range', 0, 9]);
    if (policy === null) throw new Error('the policy does not parse');
    const fields = [
      { name: 'Key', value: 'a' },
      { name: 'bucket', value: 'demo' },
      ...['Policy', 'Signature', 'AWSAccessKeyId', 'X-Amz-Date', 'x-amz-security-token', 'X-Ignore-Me'].map(
        (name) => ({ name, value: 'theirs' }),
      ),
    ];
    const signing = {
      accessKeyId: 'REAL',
      nowMs: NOW_MS,
      signingKeyOf: () => deriveSigningKey('secret', '20261123', 'us-east-1', 's3'),
    };
    return signForm(
      { fields, filename, fileType },
      { bucket: 'demo', boundary: 'B' },
      policy,
      signing,
    ).head.toString('latin1');
  };

  it('carries nothing that authenticated it here', () => {
    expect(sign('a', 'text/plain')).not.toContain('theirs');
  });

  it.each([
    [
      'a"b',
      'image/png',
      '--B\r\nContent-Disposition: form-data; name="file"; filename="a%22b"\r\nContent-Type: image/png\r\n\r\n',
    ],
    [null, null, '--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n'],
  ])('names the file %j of type %j as the tool did', (filename, fileType, ending) => {
    expect(sign(filename, fileType).endsWith(ending)).toBe(true);
  });
});

describe('a form on its way', () => {
  const prepared = (
    changes: Record<string, string> = {},
    {
      grant = {},
      isUnlocked = true,
      target = '/demo',
      filename = 'f',
      headers = {},
      covered = [],
      file = [],
    }: {
      file?: readonly string[];
      covered?: readonly string[];
      grant?: Partial<Grant>;
      isUnlocked?: boolean;
      target?: string;
      filename?: string;
      headers?: Record<string, string>;
    } = {},
  ) => {
    const document = {
      expiration,
      conditions: [
        { bucket: 'demo' },
        ...['key', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', ...covered].map((name) => [
          'starts-with',
          `$${name}`,
          '',
        ]),
      ],
    };
    const fields = [...signedFields({ key: 'a', ...changes }, document)].map(([name, value]) => ({
      name,
      value,
    }));
    const request = {
      method: 'POST',
      rawPath: target,
      rawQuery: '',
      headers: Object.entries({ 'content-length': '1000', 'x-amz-acl': 'public-read', ...headers }),
    };
    const head: FormHead = {
      fields: fields.filter(({ value }) => value !== ''),
      filename,
      fileType: null,
      byteLength: 900,
      rest: Readable.from(file.map((piece) => Buffer.from(piece))),
    };
    const preparation = {
      grants: {
        ...grants(),
        isUnlocked: () => isUnlocked,
        byAccessKeyId: () => grantOf('s3', { upstream: 'https://s3.test', ...grant }),
      },
      signingKeys: new SigningKeys(),
      replays: new ReplayGuard(),
      endpointModes: new EndpointModes(new FakeClock()),
      nowMs: NOW_MS,
    };
    return prepareForm({ request, bucket: target.slice(1), boundary: 'B' }, head, preparation);
  };
  const code = (...given: Parameters<typeof prepared>): string => {
    const outcome = prepared(...given);
    return outcome.kind === 'refuse' ? outcome.code : outcome.kind;
  };

  it('loses the headers of S3, which no policy covers, and gets its new length', () => {
    const forward = prepared();
    if (forward.kind !== 'forward' || forward.payload.kind !== 'form') throw new Error('it is refused');
    expect(forward.payload.request.headers).toEqual([['host', 's3.test']]);
    expect(forward.payload.sign(NOW_MS).contentLength).toBeGreaterThan(100);
    expect(forward.allowRepeat()).toBeUndefined();
  });

  it('carries the file behind its new head, whatever pieces it comes in', async () => {
    const forward = prepared({}, { file: ['hello ', 'wor', 'ld\r\n--B-', '-\r\n'] });
    if (forward.kind !== 'forward' || forward.payload.kind !== 'form') throw new Error('it is refused');
    const pieces: Buffer[] = [];
    for await (const piece of forward.payload.sign(NOW_MS).body ?? []) pieces.push(piece);
    const sent = Buffer.concat(pieces).toString('latin1');
    expect(sent.startsWith('--')).toBe(true);
    expect(sent.endsWith('\r\n\r\nhello world\r\n--B--\r\n')).toBe(true);
  });

  it('has no length when none is told', () => {
    const forward = prepared({}, { headers: { 'transfer-encoding': 'chunked' } });
    expect(
      forward.kind === 'forward' &&
        forward.payload.kind === 'form' &&
        forward.payload.sign(NOW_MS).contentLength,
    ).toBeNull();
  });

  it.each<[string, Parameters<typeof prepared>]>([
    ['VAULT_LOCKED', [{}, { isUnlocked: false }]],
    ['AUTH_MISSING', [{ policy: '' }]],
    ['FORM_MALFORMED', [{ key: '' }]],
    ['FORM_MALFORMED', [{ key: 'k'.repeat(2_000) }]],
    ['FORM_MALFORMED', [{ key: FILENAME }, { filename: 'f'.repeat(2_000) }]],
    ['FORM_MALFORMED', [{ key: FILENAME }, { filename: '' }]],
    // What is left of a placeholder would be filled in once more by the service, here to `in/../a`.
    [
      'FORM_MALFORMED',
      [{ key: `in/.${FILENAME.replace('filename', `file${FILENAME}name`)}./a` }, { filename: '' }],
    ],
    ['FORM_MALFORMED', [{ key: FILENAME }, { filename: FILENAME }]],
    ['FORM_MALFORMED', [{ bucket: 'other' }]],
    ['FORM_POLICY_VIOLATED', [{ acl: 'x' }]],
    ['FORM_POLICY_VIOLATED', [{}, { target: '/other' }]],
    ['CREDENTIAL_MISPLACED', [{ key: `in/nfyio_lt_${'a'.repeat(32)}` }]],
    ['CREDENTIAL_MISPLACED', [{ tagging: `nfyio_lt_${'a'.repeat(32)}` }, { covered: ['tagging'] }]],
    [
      'REAL_CREDENTIAL_REFUSED',
      [{ 'x-amz-meta-a': `nfyio_at_${'a'.repeat(32)}` }, { covered: ['x-amz-meta-a'] }],
    ],
    [
      'REAL_CREDENTIAL_REFUSED',
      [
        { [`x-amz-meta-nfyio_at_${'a'.repeat(32)}`]: 'x' },
        { covered: [`x-amz-meta-nfyio_at_${'a'.repeat(32)}`] },
      ],
    ],
    ['PATH_REFUSED', [{ 'X-Amz-Copy-Source': '/other/b' }, { covered: ['X-Amz-Copy-Source'] }]],
    ...['X-Amz-Meta-Snowball-Auto-Extract', 'x-minio-fanout-list'].flatMap(
      (name): [string, Parameters<typeof prepared>][] => [
        [
          'PREFIX_FORBIDDEN',
          [
            { key: 'in/a', [name]: 'x' },
            { covered: [name], grant: { prefix: 'in/' } },
          ],
        ],
        ['forward', [{ [name]: 'x' }, { covered: [name] }]],
      ],
    ),
    ['READ_ONLY', [{}, { grant: { readOnly: true } }]],
    ['PREFIX_FORBIDDEN', [{}, { grant: { prefix: 'in/' } }]],
    ['METHOD_FORBIDDEN', [{}, { grant: { methods: ['PUT'] } }]],
    ['CONNECTION_EXPIRED', [{}, { grant: { expiresAtMs: NOW_MS } }]],
    ['CREDENTIAL_GONE', [{}, { grant: { credentials: [] } }]],
    ['UPSTREAM_UNREACHABLE', [{}, { grant: { upstream: null } }]],
    ['forward', [{ key: 'in/a' }, { grant: { prefix: 'in/', methods: ['POST'], expiresAtMs: NOW_MS + 1 } }]],
  ])('%s: %j', (expected, given) => {
    expect(code(...given)).toBe(expected);
  });
});
