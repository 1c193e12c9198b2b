import { Sha256 } from '@aws-crypto/sha256-js';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { errorTable } from '../../../src/shared/errorCodes.ts';
import {
  localKey,
  localToken,
  type ProxyWorld,
  startProxyWorld,
} from '../../integration/proxy/proxyWorld.ts';
import { send } from '../../integration/proxy/rawClient.ts';
import type { Answer } from '../../integration/proxy/recordingUpstream.ts';
import type { Learned, PageTarget } from './attack.ts';
import { expect, reads, test } from './hostileBrowser.ts';
import { foreignNames } from './places.ts';

const UPSTREAM_SECRET = 'what the upstream keeps';

/** Generous to pages: what they cannot read, they cannot read because of the proxy. */
const consent: Answer = (incoming, outgoing) => {
  incoming.resume();
  outgoing
    .writeHead(incoming.url?.includes('missing') ? 404 : 200, {
      'Access-Control-Allow-Origin': incoming.headers.origin ?? '*',
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Private-Network': 'true',
    })
    .end(UPSTREAM_SECRET);
};

let world: ProxyWorld;
test.beforeAll(async () => {
  world = await startProxyWorld();
  world.upstream.answer = consent;
});
test.beforeEach(() => {
  world.records.length = 0;
  world.upstream.requests.length = 0;
});
test.afterAll(() => world.stop());

const apiTarget = (host: string, path: string): PageTarget => {
  const url = `http://${host}/~${localToken}${path}`;
  return {
    urls: { GET: url, POST: url, PUT: url, DELETE: url },
    socket: url.replace('http:', 'ws:'),
    authorization: `Bearer ${localToken}`,
  };
};

const s3Target = async (host: string, path: string): Promise<PageTarget> => {
  const presigner = new S3RequestPresigner({
    service: 's3',
    region: 'us-east-1',
    uriEscapePath: false,
    sha256: Sha256,
    credentials: localKey,
  });
  const urlFor = async (method: string, query: Record<string, string> = {}): Promise<string> => {
    const request = { method, protocol: 'http:', hostname: host, path, query, headers: { host } };
    const signed = await presigner.presign(request, { signingDate: new Date(world.clock.now()) });
    return `http://${host}${path}?${new URLSearchParams(signed.query as Record<string, string>)}`;
  };
  const GET = await urlFor('GET');
  return {
    urls: {
      GET,
      POST: await urlFor('POST', { uploads: '' }),
      PUT: await urlFor('PUT'),
      DELETE: await urlFor('DELETE'),
    },
    socket: GET.replace('http:', 'ws:'),
    authorization: 'AWS4-HMAC-SHA256 Credential=x',
  };
};

/** They arrived; the guard kept them out, and it did before it looked at a credential. */
const expectRefused = (learned: readonly Learned[]): void => {
  expect(world.records.length).toBeGreaterThan(learned.length / 2);
  for (const { refusal } of world.records)
    expect(['BROWSER_REFUSED', 'HOST_REFUSED', 'UPGRADE_REFUSED']).toContain(refusal);
  expect(world.records.filter(({ grant }) => grant !== null)).toEqual([]);
  expect(world.upstream.requests).toEqual([]);
  expect(JSON.stringify(learned)).not.toContain(UPSTREAM_SECRET);
};

const listeners = {
  api: {
    port: () => world.apiPort,
    target: async (host: string, word: string) => apiTarget(host, `/api/${word}`),
  },
  s3: {
    port: () => world.s3Port,
    target: (host: string, word: string) => s3Target(host, `/bucket/${word}`),
  },
} as const;

for (const [kind, { port, target }] of Object.entries(listeners))
  test.describe(`the ${kind} listener, with a valid credential in the hands of a page`, () => {
    for (const place of foreignNames)
      test(`lets ${place} send what it likes and read nothing`, async ({ hostile }) => {
        const learned = await hostile.learnFrom(place, await target(`127.0.0.1:${port()}`, 'there'));
        expectRefused(learned);
        expect(reads(learned)).toEqual([]);
      });

    for (const name of ['rebind.test', '127.0.0.1', 'localhost', 'bucket.localhost'])
      test(`lets a page that got there as ${name} read its refusal alone`, async ({ hostile }) => {
        const host = `${name}:${port()}`;
        const learned = await hostile.learnAt(`http://${host}`, await target(host, 'there'));
        expectRefused(learned);
        const { HOST_REFUSED, BROWSER_REFUSED } = errorTable;
        const refusals = new RegExp(
          `^read (?:(?:403|421) )?$|${HOST_REFUSED.because}|${BROWSER_REFUSED.because}`,
        );
        expect(reads(learned).filter((text) => !refusals.test(text))).toEqual([]);
      });

    test('looks the same to a page whether something is there or not', async ({ hostile }) => {
      const learn = async (word: string) =>
        hostile.learnFrom(
          'a page of a development server on localhost',
          await target(`127.0.0.1:${port()}`, word),
        );
      const [there, missing] = [await learn('there'), await learn('missing')];
      const isSilent = ({ learned }: Learned): boolean => learned === 'silence';
      const silent = new Set([...there, ...missing].filter(isSilent).map((each) => each.kind));
      const told = (learned: readonly Learned[]) => learned.filter((each) => !silent.has(each.kind));
      expect(told(there).length).toBeGreaterThan(20);
      expect(told(missing)).toEqual(told(there));
    });

    test('serves a tool with the very same credential', async () => {
      const { urls } = await target(`127.0.0.1:${port()}`, 'there');
      const { pathname, search } = new URL(urls.GET);
      const reply = await send(port(), { target: `${pathname}${search}` });
      expect(reply.status).toBe(200);
      expect(reply.body).toContain(UPSTREAM_SECRET);
    });
  });
