import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, describe, expect, it } from 'vitest';
import { secretAccessKey, startedS3Sandbox } from './s3Sandbox.ts';

const sandbox = startedS3Sandbox();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
afterAll(() => agent.destroy());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

interface SignedPut {
  readonly headers: Record<string, string>;
  readonly amzDate: string;
  readonly signature: string;
}

/** A PUT signed by the SDK's signer, so that its body can be anything. */
const signPut = async (key: string, headers: Readonly<Record<string, string>>): Promise<SignedPut> => {
  const { hostname, port } = new URL(sandbox.origin);
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    uriEscapePath: false,
    sha256: Sha256,
    credentials: { accessKeyId: 'WRITER', secretAccessKey },
  });
  const signed = await signer.sign({
    method: 'PUT',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: `/first/${key}`,
    headers: { host: `${hostname}:${port}`, ...headers },
  });
  const { authorization = '', 'x-amz-date': amzDate = '' } = signed.headers;
  return { headers: signed.headers, amzDate, signature: /Signature=(\w+)/.exec(authorization)?.[1] ?? '' };
};

const open = (key: string, { headers }: SignedPut, length: number | null): ClientRequest =>
  request(`${sandbox.origin}/first/${key}`, {
    method: 'PUT',
    agent,
    headers: { ...headers, ...(length === null ? {} : { 'content-length': length }) },
  });

const outcome = async (sent: ClientRequest): Promise<string> => {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += chunk;
  return answer.statusCode === 200 ? 'stored' : (/<Code>(\w+)</.exec(body)?.[1] ?? `${answer.statusCode}`);
};

const send = async (
  key: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> => {
  const sent = open(key, await signPut(key, headers), Buffer.byteLength(body));
  sent.end(body);
  return outcome(sent);
};

const stored = async (Key: string): Promise<string | undefined> => {
  const client = sandbox.client();
  const got = await client.send(new GetObjectCommand({ Bucket: 'first', Key })).catch(() => undefined);
  return got?.Body?.transformToString();
};

/** Signs chunks by the book, apart from the code under test. */
const signedChunks = ({ amzDate, signature }: SignedPut, chunks: readonly string[], trailer = ''): string => {
  const day = amzDate.slice(0, 8);
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const key = ['us-east-1', 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));
  let previous = signature;
  const chain = (kind: string, ...rest: string[]): string => {
    previous = hmac(key, [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...rest].join('\n')).toString(
      'hex',
    );
    return previous;
  };
  const framed = [...chunks, ''].map((chunk) => {
    const proof = chain('PAYLOAD', sha256(''), sha256(chunk));
    return `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${proof}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
  });
  if (trailer === '') return `${framed.join('')}\r\n`;
  const proof = chain('TRAILER', sha256(`${trailer}\n`));
  return `${framed.join('')}${trailer}\r\nx-amz-trailer-signature:${proof}\r\n\r\n`;
};

const streaming = (word: string, decodedLength: number, more: Readonly<Record<string, string>> = {}) => ({
  'x-amz-content-sha256': word,
  'x-amz-decoded-content-length': String(decodedLength),
  'content-encoding': 'aws-chunked',
  ...more,
});

const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const crcTrailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
/** CRC-32 of `123456789`, the check value of every CRC catalogue. */
const crcLine = 'x-amz-checksum-crc32:y/Q5Jg==';

/** Sends what `tamper` makes of a well-formed signed streaming body. */
const sendSigned = async (key: string, word: string, tamper: (body: string) => string): Promise<string> => {
  const hasTrailer = word !== SIGNED;
  const put = await signPut(key, streaming(word, 9, hasTrailer ? crcTrailer : {}));
  const body = tamper(signedChunks(put, ['1234', '56789'], hasTrailer ? crcLine : ''));
  const sent = open(key, put, Buffer.byteLength(body));
  sent.end(body);
  return outcome(sent);
};

describe('a body', () => {
  it('with its exact hash is stored, and with another one is not', async () => {
    expect(await send('exact', { 'x-amz-content-sha256': sha256('body') }, 'body')).toBe('stored');
    expect(await send('tampered', { 'x-amz-content-sha256': sha256('body') }, 'b0dy')).toBe(
      'XAmzContentSHA256Mismatch',
    );
    expect([await stored('exact'), await stored('tampered')]).toEqual(['body', undefined]);
  });

  it('that is unsigned is stored, and proven by Content-MD5 or a checksum if it has one', async () => {
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const md5 = createHash('md5').update('body').digest('base64');
    expect(await send('u1', unsigned, 'body')).toBe('stored');
    expect(await send('u2', { ...unsigned, 'content-md5': md5 }, 'body')).toBe('stored');
    expect(await send('u3', { ...unsigned, 'content-md5': md5 }, 'b0dy')).toBe('BadDigest');
    expect(await send('u4', { ...unsigned, 'content-md5': 'short' }, 'body')).toBe('InvalidDigest');
    expect(await send('u5', { ...unsigned, 'x-amz-checksum-crc32': 'y/Q5Jg==' }, '123456780')).toBe(
      'BadDigest',
    );
    expect(await stored('u3')).toBeUndefined();
  });

  it.each([SIGNED, `${SIGNED}-TRAILER`])('in %s chunks is stored without its framing', async (word) => {
    expect(await sendSigned('chunks', word, (body) => body)).toBe('stored');
    expect(await stored('chunks')).toBe('123456789');
  });

  it.each([
    ['data', SIGNED, (body: string) => body.replace('56789', '56780'), 'SignatureDoesNotMatch'],
    [
      'a chunk signature',
      SIGNED,
      (body: string) => body.replace(/=(.)/, (_, digit) => (digit === '0' ? '=1' : '=0')),
      'SignatureDoesNotMatch',
    ],
    [
      'a chunk left out',
      SIGNED,
      (body: string) => body.replace(/5;.*\r\n56789\r\n/, ''),
      'SignatureDoesNotMatch',
    ],
    ['the end cut off', SIGNED, (body: string) => body.replace(/0;chunk.*\r\n\r\n$/, ''), 'IncompleteBody'],
    ['bytes behind the end', SIGNED, (body: string) => `${body}more`, 'IncompleteBody'],
    ['a size', SIGNED, (body: string) => body.replace(/^4;/, 'fffffff;'), 'IncompleteBody'],
    ['no framing at all', SIGNED, () => 'x'.repeat(500), 'InvalidRequest'],
    [
      'the trailer',
      `${SIGNED}-TRAILER`,
      (body: string) => body.replace('Q5Jg', 'Q5Jh'),
      'SignatureDoesNotMatch',
    ],
    [
      'no trailer signature',
      `${SIGNED}-TRAILER`,
      (body: string) => body.replace(/x-amz-trailer-s.*\r\n/, ''),
      'SignatureDoesNotMatch',
    ],
  ])('in signed chunks is refused and makes no object when changed: %s', async (_, word, tamper, code) => {
    const before = await sandbox.dataFiles('first');
    expect(await sendSigned('forged', word, tamper)).toBe(code);
    expect(await stored('forged')).toBeUndefined();
    expect(await sandbox.dataFiles('first')).toEqual(before);
  });

  it('with an unsigned trailer is proven by the checksum in it', async () => {
    const headers = streaming(UNSIGNED_TRAILER, 9, crcTrailer);
    const body = (data: string, trailer: string): string => `9\r\n${data}\r\n0\r\n${trailer}\r\n\r\n`;
    expect(await send('t1', headers, body('123456789', crcLine))).toBe('stored');
    expect(await send('t2', headers, body('123456780', crcLine))).toBe('BadDigest');
    expect(await send('t3', headers, '9\r\n123456789\r\n0\r\n\r\n')).toBe('BadDigest');
    expect(await send('t4', headers, body('123456789', 'x-amz-checksum-sha1:AAAA'))).toBe('InvalidRequest');
    expect([await stored('t1'), await stored('t2'), await stored('t3')]).toEqual([
      '123456789',
      undefined,
      undefined,
    ]);
  });

  it.each([
    [{ 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' }, 'InvalidRequest'],
    [{ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-encoding': 'aws-chunked' }, 'InvalidArgument'],
    [{ 'x-amz-content-sha256': SIGNED }, 'MissingContentLength'],
    [{ ...streaming(UNSIGNED_TRAILER, 9, crcTrailer), 'x-amz-checksum-crc32': 'y/Q5Jg==' }, 'InvalidRequest'],
    [streaming(UNSIGNED_TRAILER, 9, { 'x-amz-trailer': 'x-amz-meta-a' }), 'InvalidRequest'],
  ])('announced as %j is %s', async (headers, code) =>
    expect(await send('refused', headers, 'body')).toBe(code),
  );

  it('that is refused midway leaves the connection good for the next request', async () => {
    const big = 'x'.repeat(3_000_000);
    const refused = await signPut('midway', streaming(SIGNED, big.length));
    const sent = open('midway', refused, big.length);
    sent.end(big);
    expect(await outcome(sent)).toBe('InvalidRequest');
    const next = open('after', await signPut('after', { 'x-amz-content-sha256': sha256('y') }), 1);
    next.end('y');
    expect(await outcome(next)).toBe('stored');
    expect(next.reusedSocket).toBe(true);
  });

  it('that breaks off leaves nothing behind', async () => {
    const before = await sandbox.dataFiles('first');
    const sent = open(
      'broken',
      await signPut('broken', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
      1_000_000,
    );
    sent.write('x'.repeat(100_000));
    await expect.poll(async () => (await sandbox.dataFiles('first')).length).toBe(before.length + 1);
    sent.on('error', () => undefined).destroy();
    await expect.poll(() => sandbox.dataFiles('first')).toEqual(before);
    expect([await stored('broken'), sandbox.bugs]).toEqual([undefined, []]);
  });

  it('is waited for with 100 Continue', async () => {
    const put = await signPut('expected', { 'x-amz-content-sha256': sha256('body') });
    const sent = open('expected', { ...put, headers: { ...put.headers, expect: '100-continue' } }, 4);
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('body');
    expect(await outcome(sent)).toBe('stored');
  });
});
