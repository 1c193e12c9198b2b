import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  localToken,
  type ProxyWorld,
  realKey,
  realToken,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { codeOf, type RawReply, send } from './rawClient.ts';
import type { Answer } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const get = (): Promise<RawReply> =>
  send(world.apiPort, { target: '/api/a', headers: { Authorization: `Bearer ${localToken}` } });
const getObject = async (): Promise<RawReply> =>
  send(world.s3Port, await signedLocally(world, { target: '/demo/a' }));

const encodings: [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['base64', (text) => Buffer.from(`Bearer ${text}`).toString('base64')],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['URL-encoded', (text) => encodeURIComponent(text)],
  ['JSON-escaped', (text) => text.replaceAll('/', '\\/')],
];

/** What a reader of any of these encodings could get out of a text. */
const readings = (text: string): string[] => [
  text,
  ...(text.match(/[A-Za-z0-9+/]{16,}/g) ?? []).map((run) => Buffer.from(run, 'base64').toString('latin1')),
  ...(text.match(/[0-9a-f]{16,}/g) ?? []).map((run) => Buffer.from(run, 'hex').toString('latin1')),
  text.replaceAll('\\/', '/'),
  text.replaceAll(/%([0-9A-F]{2})/g, (_, pair: string) => String.fromCharCode(Number.parseInt(pair, 16))),
];

describe('what an upstream repeats of a credential', () => {
  it.each(encodings)('%s does not come back in an error or in any header', async (_, encode) => {
    world.upstream.answer = (incoming, outgoing) => {
      const { authorization = '' } = incoming.headers;
      const token = authorization.replace('Bearer ', '');
      outgoing.writeHead(401, { 'X-Echo': encode(token), 'Content-Type': 'application/json' });
      outgoing.end(`{"got":"${encode(token)}"}`);
    };
    const reply = await get();
    expect(reply.status).toBe(401);
    for (const reading of readings(reply.text)) expect(reading).not.toContain(realToken);
  });

  it.each(encodings)('%s does not come back from S3: id, secret or signature', async (_, encode) => {
    let signature = '';
    world.upstream.answer = (incoming, outgoing) => {
      signature = /Signature=(\w+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
      const told = [realKey.accessKeyId, realKey.secretAccessKey, signature].map(encode).join(' ');
      outgoing.writeHead(403, { 'X-Echo': told, 'Content-Type': 'application/xml' });
      outgoing.end(`<Error><Code>AccessDenied</Code><Detail>${told}</Detail></Error>`);
    };
    const reply = await getObject();
    expect(reply.status).toBe(403);
    expect(signature).toHaveLength(64);
    for (const reading of readings(reply.text))
      for (const text of [realKey.accessKeyId, realKey.secretAccessKey, signature])
        expect(reading).not.toContain(text);
  });

  it('is looked for as it is now, after a key was regenerated', async () => {
    const newSecret = 'regenerated/Secret+Canary0123456789abcde';
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(403, { 'X-Echo': newSecret }).end(`<Error><Detail>${newSecret}</Detail></Error>`);
    expect((await getObject()).text).toContain(newSecret);
    world.grants.realSecretKey = newSecret;
    world.clock.advance(1_000);
    const reply = await getObject();
    expect(reply.status).toBe(403);
    expect(reply.text).not.toContain(newSecret);
  });

  it('is found wherever the body is cut on its way', async () => {
    const body = `{"got":"${realToken}"}`;
    for (let cut = 1; cut < body.length; cut += 1) {
      world.upstream.answer = (_, outgoing) => {
        outgoing.writeHead(400, { 'Content-Type': 'application/json' });
        outgoing.write(body.slice(0, cut), () => outgoing.end(body.slice(cut)));
      };
      expect((await get()).body).toBe('{"got":"[redacted]"}');
    }
  });

  it('does not come back in the status text, nor in the headers of a success or a redirect', async () => {
    for (const status of [200, 302]) {
      world.upstream.answer = (_, outgoing) =>
        outgoing.writeHead(status, `Hello ${realToken}`, { 'X-Echo': realToken }).end();
      const reply = await get();
      expect(reply.status).toBe(status);
      expect(reply.text).not.toContain(realToken);
    }
  });

  it('does not come back in a success of S3 either, as the signature that it was asked with', async () => {
    let signature = '';
    world.upstream.answer = (incoming, outgoing) => {
      signature = /Signature=(\w+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
      const headers = { 'X-Echo': signature, 'X-Loud': signature.toUpperCase(), [`x-${signature}`]: 'named' };
      outgoing.writeHead(200, `Hello ${signature}`, headers).end();
    };
    const reply = await getObject();
    expect(reply.status).toBe(200);
    expect(signature).toHaveLength(64);
    expect(reply.text.toLowerCase()).not.toContain(signature);
  });

  it('is left alone in the body of a success, to the byte', async () => {
    const body = gzipSync(`${realToken} ${realKey.accessKeyId}`);
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body);
    expect((await get()).body).toContain(body.toString('latin1'));
  });

  it('is found in zstd', async () => {
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(400, { 'Content-Encoding': 'zstd' }).end(zstdCompressSync(`<${realToken}>`));
    expect((await get()).body).toBe('<[redacted]>');
  });
});

describe('an error that cannot be looked into', () => {
  const withheld: [string, Answer][] = [
    ['in an unknown coding', (_, out) => out.writeHead(404, { 'Content-Encoding': 'compress' }).end('x')],
    ['above a megabyte', (_, out) => out.writeHead(404).end(Buffer.alloc(1024 * 1024 + 1))],
    [
      'that is a bomb',
      (_, out) =>
        out.writeHead(404, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
    ],
  ];
  it.each(withheld)('%s is withheld with a clear answer', async (_, answer) => {
    world.upstream.answer = answer;
    const reply = await get();
    expect(reply.status).toBe(502);
    expect(codeOf(reply)).toBe('ERROR_WITHHELD');
  });
});

describe('a signature that S3 does not accept', () => {
  it('is explained here; what the service says of it stays here too', async () => {
    world.upstream.answer = (_, outgoing) =>
      outgoing
        .writeHead(403, { 'Content-Type': 'application/xml' })
        .end(
          '<Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256 scope</StringToSign>' +
            '<StringToSignBytes>41 57</StringToSignBytes><CanonicalRequest>GET /demo</CanonicalRequest></Error>',
        );
    const reply = await getObject();
    expect(reply.status).toBe(403);
    expect(codeOf(reply)).toBe('UPSTREAM_SIGNATURE');
    expect(reply.body).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect(reply.body).toContain('regenerated');
    expect(reply.text).not.toMatch(/StringToSign|CanonicalRequest|AWS4-HMAC/);
  });
});
