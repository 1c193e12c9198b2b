import { createHash, createHmac, randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOUNDARY, FILENAME, formBody, formHeaders, type UploadForm } from '../../helpers/uploadForm.ts';
import { keyCredential, localKey, type ProxyWorld, realKey, startProxyWorld } from './proxyWorld.ts';
import { outcomeOf, type PlainRequest, parseReply, RawConnection, requestBytes, send } from './rawClient.ts';
import { type RecordedRequest, valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
  // The SDK makes its policies with the time of the machine.
  world.clock.advance(Date.now() - world.clock.now());
});
afterEach(() => world.stop());

type Fields = readonly (readonly [name: string, value: string])[];

const policyFields = async (
  options: Partial<PresignedPostOptions> = {},
  credentials = localKey,
): Promise<Fields> => {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${world.s3Port}`,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials,
  });
  const { fields } = await createPresignedPost(client, {
    Bucket: 'demo',
    Key: 'in/a.txt',
    Expires: 60,
    ...options,
  });
  return Object.entries(fields);
};

const request = (form: UploadForm, more: Partial<PlainRequest> = {}): PlainRequest => ({
  method: 'POST',
  target: '/demo',
  headers: formHeaders,
  body: formBody(form),
  ...more,
});
const outcome = async (form: UploadForm, more: Partial<PlainRequest> = {}): Promise<string> =>
  outcomeOf(await send(world.s3Port, request(form, more)));

interface Arrived {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
  readonly policy: { readonly expiration: string; readonly conditions: readonly unknown[] };
}

/** Reads what reached the upstream with the parser of the runtime, not with ours. */
const read = async ({ headers, body }: RecordedRequest): Promise<Arrived> => {
  const form = await new Response(new Uint8Array(body), {
    headers: headers
      .filter(([name]) => name.toLowerCase() === 'content-type')
      .map(([name, value]) => [name, value] as [string, string]),
  }).formData();
  const fields = new Map<string, string>();
  let file = Buffer.alloc(0);
  for (const [name, value] of form)
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
    else file = Buffer.from(await value.arrayBuffer());
  const policy = JSON.parse(Buffer.from(fields.get('policy') ?? '', 'base64').toString());
  return { fields, file, policy };
};

/** As AWS documents it, by hand. */
const signatureByHand = ({ fields }: Arrived): string => {
  const [id, ...scope] = (fields.get('x-amz-credential') ?? '').split('/');
  expect(id).toBe(realKey.accessKeyId);
  const key = scope.reduce<Buffer>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    Buffer.from(`AWS4${realKey.secretAccessKey}`),
  );
  return createHmac('sha256', key)
    .update(fields.get('policy') ?? '')
    .digest('hex');
};

describe('a form whose policy was signed with the local key', () => {
  it('reaches the upstream under a policy of the real key that admits this form alone', async () => {
    const fields = await policyFields({
      Fields: { 'Content-Type': 'text/plain', 'x-amz-meta-note': 'grüße' },
      Conditions: [
        ['starts-with', '$Content-Type', 'text/'],
        { 'x-amz-meta-note': 'grüße' },
        ['content-length-range', 1, 10],
      ],
    });
    const sent = fields.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const);
    expect(await outcome({ fields: [...sent, ['x-ignore-me', 'secret-of-the-tool']] })).toBe('200');
    const { only } = world.upstream;
    const arrived = await read(only);
    expect(only).toMatchObject({ method: 'POST', target: '/demo', isComplete: true });
    expect(valuesOf(only, 'host')).toEqual([world.upstream.host]);
    expect(valuesOf(only, 'content-length')).toEqual([String(only.body.length)]);
    expect(valuesOf(only, 'authorization')).toEqual([]);
    expect(arrived.file.toString()).toBe('hello');
    expect(arrived.fields.get('x-amz-signature')).toBe(signatureByHand(arrived));
    expect(Object.fromEntries(arrived.fields)).toMatchObject({
      bucket: 'demo',
      key: 'in/a.txt',
      'content-type': 'text/plain',
      'x-amz-meta-note': 'grüße',
    });
    expect(arrived.policy.conditions).toEqual(
      expect.arrayContaining([{ bucket: 'demo' }, { key: 'in/a.txt' }, ['content-length-range', 1, 10]]),
    );
    const covered = arrived.policy.conditions.flatMap((condition) =>
      Array.isArray(condition) ? [] : Object.entries(condition as object),
    );
    const exempt = ['policy', 'x-amz-signature'];
    expect(covered.map(([name, value]) => [name.toLowerCase(), value]).sort()).toEqual(
      [...arrived.fields].filter(([name]) => !exempt.includes(name)).sort(),
    );
    const text = only.body.toString('latin1');
    for (const trace of [
      localKey.accessKeyId,
      'secret-of-the-tool',
      ...fields.filter(([name]) => name === 'X-Amz-Signature').map(([, value]) => value),
    ])
      expect(text).not.toContain(trace);
  });

  it('may be used again until it expires, as at S3', async () => {
    const fields = await policyFields();
    expect([await outcome({ fields }), await outcome({ fields, file: 'again' })]).toEqual(['200', '200']);
    world.clock.advance(61_000);
    expect(await outcome({ fields })).toBe('AUTH_STALE');
  });

  it('is told to activity with its bucket and key', async () => {
    await outcome({
      fields: await policyFields({ Key: 'in/ä b' }).then((fields) =>
        fields.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const),
      ),
    });
    expect(await world.nextRecord()).toMatchObject({
      method: 'POST',
      path: '/demo/in/%C3%A4%20b',
      grant: { connectionId: 'connection-s3' },
      credential: { id: 'key-1' },
      refusal: null,
    });
  });

  it('names the object after the file, for the policy, the prefix and the upstream alike', async () => {
    world.grants.s3 = { ...world.grants.s3, prefix: 'in/' };
    const fields = await policyFields({
      Key: `in/${FILENAME}`,
      Conditions: [['starts-with', '$key', 'in/']],
    });
    expect(await outcome({ fields, filename: 'C:\\photos\\b.png' })).toBe('200');
    const { fields: arrived, policy } = await read(world.upstream.only);
    expect(arrived.get('key')).toBe('in/b.png');
    expect(policy.conditions).toContainEqual({ key: 'in/b.png' });
  });

  it('cannot leave the prefix by the name of its file', async () => {
    world.grants.s3 = { ...world.grants.s3, prefix: 'in/' };
    const fields = await policyFields({
      Key: `in/${FILENAME}`,
      Conditions: [['starts-with', '$key', 'in/']],
    });
    for (const filename of ['..', '.', 'x/..'])
      expect(await outcome({ fields, filename }), filename).toBe('PATH_REFUSED');
    expect(world.upstream.requests).toEqual([]);
  });

  it.each([
    ['read-only', { readOnly: true }, 'READ_ONLY'],
    ['of another bucket', { buckets: ['other'] }, 'BUCKET_FORBIDDEN'],
    ['below another prefix', { prefix: 'out/' }, 'PREFIX_FORBIDDEN'],
    ['expired', { expiresAtMs: 1 }, 'CONNECTION_EXPIRED'],
    ['for other methods', { methods: ['GET', 'PUT'] }, 'METHOD_FORBIDDEN'],
    ['without a key', { credentials: [] }, 'CREDENTIAL_GONE'],
    [
      'with a key that only reads',
      { credentials: [keyCredential({ permission: 'read' })] },
      'PERMISSION_FORBIDDEN',
    ],
    ['without an upstream', { upstream: null }, 'UPSTREAM_UNREACHABLE'],
  ])('is refused to a connection that is %s', async (_, limits, code) => {
    world.grants.s3 = { ...world.grants.s3, ...limits };
    expect(await outcome({ fields: await policyFields() })).toBe(code);
    expect(await world.nextRecord()).toMatchObject({ refusal: code, path: '/demo/in/a.txt' });
    expect(world.upstream.requests).toEqual([]);
  });

  it('is held to its own conditions', async () => {
    const fields = await policyFields();
    const changed = (name: string, value: string): Fields =>
      fields.map(([known, old]) => [known, known === name ? value : old]);
    expect(await outcome({ fields: changed('key', 'in/other') })).toBe('FORM_POLICY_VIOLATED');
    expect(await outcome({ fields: [...fields, ['acl', 'public-read']] })).toBe('FORM_POLICY_VIOLATED');
    expect(await outcome({ fields }, { target: '/other' })).toBe('FORM_MALFORMED');
    const withoutBucket = fields.filter(([name]) => name !== 'bucket');
    expect(await outcome({ fields: withoutBucket }, { target: '/other' })).toBe('FORM_POLICY_VIOLATED');
    expect(await outcome({ fields: withoutBucket }, { target: '/demo/' })).toBe('200');
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is refused when its signature is not that of the key', async () => {
    const fields = await policyFields();
    const changed = (wanted: string, value: string): Fields =>
      fields.map(([name, old]) => [name, name === wanted ? value : old]);
    expect(await outcome({ fields: changed('X-Amz-Signature', '0'.repeat(64)) })).toBe('AUTH_BAD_SIGNATURE');
    const policy = fields.find(([name]) => name === 'Policy')?.[1] ?? '';
    const wider = Buffer.from(policy, 'base64').toString().replace('in/a.txt', 'in/b.txt');
    expect(await outcome({ fields: changed('Policy', Buffer.from(wider).toString('base64')) })).toBe(
      'AUTH_BAD_SIGNATURE',
    );
    const stranger = await policyFields({}, { ...localKey, secretAccessKey: 'another' });
    expect(await outcome({ fields: stranger })).toBe('AUTH_BAD_SIGNATURE');
    expect(await outcome({ fields: await policyFields({}, realKey) })).toBe('REAL_CREDENTIAL_REFUSED');
    expect(await outcome({ fields: [['key', 'a']] })).toBe('AUTH_MISSING');
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('the file of a form', () => {
  it.each([0, 1, 65_535, 65_536, 300_000])('of %i bytes passes byte for byte', async (size) => {
    const file = randomBytes(size).toString('latin1');
    expect(await outcome({ fields: await policyFields(), file })).toBe('200');
    expect((await read(world.upstream.only)).file.toString('latin1')).toBe(file);
  });

  it('may hold what looks like the end of it', async () => {
    const file = `\r\n--${BOUNDARY.slice(0, -1)}\r\n--\r\r\n\r\n--`.repeat(2000);
    expect(await outcome({ fields: await policyFields(), file })).toBe('200');
    expect((await read(world.upstream.only)).file.toString('latin1')).toBe(file);
  });

  it('passes when the length of the form is not told, and when every byte comes alone', async () => {
    const fields = await policyFields();
    const bytes = requestBytes(world.s3Port, {
      ...request({ fields }),
      headers: { ...formHeaders, 'Transfer-Encoding': 'chunked' },
      body: '',
    }).toString('latin1');
    const connection = new RawConnection(world.s3Port);
    connection.write(bytes);
    for (const byte of formBody({ fields })) connection.write(`1\r\n${byte}\r\n`);
    connection.write('0\r\n\r\n');
    await connection.closed;
    expect(parseReply(connection.received).status).toBe(200);
    expect((await read(world.upstream.only)).file.toString()).toBe('hello');
  });

  it.each([
    ['larger', 'UPLOAD_TOO_LARGE', [0, 4]],
    ['smaller', 'UPLOAD_TOO_SMALL', [6, 10]],
  ] as const)('that is %s than its policy allows never arrives whole', async (_, code, [min, max]) => {
    const fields = await policyFields({ Conditions: [['content-length-range', min, max]] });
    expect(await outcome({ fields })).toBe(code);
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it.each([
    [
      'is followed by another field',
      `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nb\r\n--${BOUNDARY}--\r\n`,
    ],
    ['is followed by more', `\r\n--${BOUNDARY}--\r\nmore`],
    ['does not end', ''],
    ['ends without the form', `\r\n--${BOUNDARY}`],
  ])('that %s never arrives whole', async (_, end) => {
    expect(await outcome({ fields: await policyFields(), end })).toBe('FORM_MALFORMED');
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('does not arrive whole when its tool goes away', async () => {
    const arrived = new Promise<void>((resolve) => {
      world.upstream.answer = (incoming) => {
        incoming.resume();
        resolve();
      };
    });
    const bytes = requestBytes(
      world.s3Port,
      request({ fields: await policyFields(), file: 'x'.repeat(200_000) }),
    );
    const connection = new RawConnection(world.s3Port);
    connection.write(bytes.subarray(0, bytes.length - 100));
    await arrived;
    connection.socket.destroy();
    await world.nextRecord();
    await Promise.all(
      [...world.upstream.sockets].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
    expect(world.upstream.only.isComplete).toBe(false);
  });

  it('of 64 MiB streams through, held back by an upstream that does not read', async () => {
    const fields = await policyFields();
    const file = Buffer.alloc(64 * 1024 * 1024, 7);
    const whole = Buffer.from(formBody({ fields, file: '' }), 'latin1');
    const at = whole.indexOf(`\r\n--${BOUNDARY}--`);
    const body = Buffer.concat([whole.subarray(0, at), file, whole.subarray(at)]);
    let resume = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      world.upstream.answer = (incoming, outgoing) => {
        resume = () => {
          incoming.on('end', () => outgoing.end('late'));
          incoming.resume();
        };
        resolve();
      };
    });
    const connection = new RawConnection(world.s3Port);
    let written = 0;
    const bytes = requestBytes(world.s3Port, { ...request({ fields }), body });
    connection.socket.write(bytes, () => {
      written = bytes.length;
    });
    await arrived;
    expect(written).toBe(0);
    resume();
    await connection.closed;
    expect(connection.received).toContain('late');
    const arrivedFile = (await read(world.upstream.only)).file;
    expect(createHash('sha256').update(arrivedFile).digest('hex')).toBe(
      createHash('sha256').update(file).digest('hex'),
    );
  });
});

describe('a form', () => {
  it('is asked for with 100 Continue before its fields are judged', async () => {
    const connection = new RawConnection(world.s3Port);
    const body = formBody({ fields: await policyFields() });
    const bytes = requestBytes(world.s3Port, {
      ...request({ fields: [] }),
      headers: { ...formHeaders, Expect: '100-continue', 'Content-Length': String(body.length) },
      body: '',
    });
    connection.write(bytes);
    await connection.waitFor('100 Continue');
    connection.write(body);
    await connection.closed;
    expect(connection.received).toContain(' 200 OK');
  });

  it('gets the time of a head for its fields, however it drips', async () => {
    const connection = new RawConnection(world.s3Port);
    const bytes = requestBytes(world.s3Port, {
      ...request({ fields: await policyFields() }),
      headers: { ...formHeaders, Expect: '100-continue' },
    });
    connection.write(bytes.subarray(0, bytes.length - 1000));
    await connection.waitFor('100 Continue');
    world.clock.advance(9_999);
    connection.write(bytes.subarray(bytes.length - 1000, bytes.length - 999));
    world.clock.advance(1);
    await connection.waitFor('REQUEST_TOO_SLOW');
    connection.socket.destroy();
    expect(world.upstream.requests).toEqual([]);
  });

  it('waits with few others for its fields, and the next is turned away', async () => {
    const narrow = await startProxyWorld({ maxArrivingForms: 1 });
    const first = new RawConnection(narrow.s3Port);
    first.write(
      `POST /demo HTTP/1.1\r\nHost: 127.0.0.1:${narrow.s3Port}\r\nContent-Length: 9\r\nExpect: 100-continue\r\nContent-Type: ${formHeaders['Content-Type']}\r\n\r\n`,
    );
    await first.waitFor('100 Continue');
    const next = () => send(narrow.s3Port, request({ fields: [] }));
    expect(valuesOf(await next(), 'x-nfyio-vault-error')).toEqual(['TOO_MANY_REQUESTS']);
    first.socket.destroy();
    await narrow.nextRecord();
    await narrow.nextRecord();
    expect(valuesOf(await next(), 'x-nfyio-vault-error')).toEqual(['AUTH_MISSING']);
    await narrow.stop();
  });

  it('whose key would grow beyond what S3 stores is refused, and is not built', async () => {
    const long = await policyFields({ Key: `in/${FILENAME.repeat(90)}` });
    expect(await outcome({ fields: long, filename: 'a'.repeat(12) })).toBe('FORM_MALFORMED');
    expect(await outcome({ fields: long, filename: 'a'.repeat(11) })).toBe('200');
    const longer = await policyFields({ Key: `in/${FILENAME.repeat(3_000)}` });
    expect(await outcome({ fields: longer, filename: 'a'.repeat(10_000) })).toBe('FORM_MALFORMED');
  });

  it('that is locked out while its fields come is told so', async () => {
    const connection = new RawConnection(world.s3Port);
    const bytes = requestBytes(world.s3Port, {
      ...request({ fields: await policyFields() }),
      headers: { ...formHeaders, Expect: '100-continue' },
    });
    connection.write(bytes.subarray(0, bytes.length - 1000));
    await connection.waitFor('100 Continue');
    world.grants.locked = true;
    world.proxy.abortAll();
    await connection.waitFor('VAULT_LOCKED');
    connection.socket.destroy();
    expect(world.upstream.requests).toEqual([]);
  });

  it.each([
    ['fields of more than 64 KiB', { fields: [['x-ignore-a', 'a'.repeat(66_000)]] as Fields }],
    ['no fields', { fields: [] as Fields }],
  ])('with %s is refused', async (_, form) => {
    expect(['FORM_MALFORMED', 'AUTH_MISSING']).toContain(await outcome(form));
    expect(world.upstream.requests).toEqual([]);
  });

  it('goes nowhere on an open port, on the API listener or to a bucket of localhost', async () => {
    const open = await world.proxy.openPort('connection-s3', 's3', 0);
    const fields = await policyFields();
    const codeAt = async (port: number, host = `127.0.0.1:${port}`) =>
      valuesOf(await send(port, request({ fields }, { host })), 'x-nfyio-vault-error');
    expect(await codeAt(open.port)).toEqual(['METHOD_FORBIDDEN']);
    expect(await codeAt(world.apiPort)).toEqual(['AUTH_MISSING']);
    expect(await codeAt(world.s3Port, `demo.localhost:${world.s3Port}`)).toEqual(['HOST_REFUSED']);
    expect(world.upstream.requests).toEqual([]);
  });

  it('from a web page is refused', async () => {
    expect(
      await outcome(
        { fields: await policyFields() },
        { headers: { ...formHeaders, Origin: 'http://a.test' } },
      ),
    ).toBe('BROWSER_REFUSED');
  });

  it('does not carry the real signature back in an error', async () => {
    world.upstream.answer = (incoming, outgoing) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => outgoing.writeHead(403).end(Buffer.concat(pieces)));
      incoming.resume();
    };
    const reply = await send(world.s3Port, request({ fields: await policyFields() }));
    const arrived = await read(world.upstream.only);
    expect(reply.text).not.toContain(arrived.fields.get('x-amz-signature'));
    expect(reply.text).not.toContain(realKey.accessKeyId);
  });
});
