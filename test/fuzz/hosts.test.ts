import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ByteUpstream } from './byteUpstream.ts';
import { setLine } from './draft.ts';
import { acceptedHosts, buckets, foreignHosts } from './hosts.ts';
import { fewAtOnce, meet } from './meet.ts';
import { isFromUpstream } from './replies.ts';
import { StartedProxy } from './startedProxy.ts';

let upstream: ByteUpstream;
let proxy: StartedProxy;
beforeAll(async () => {
  upstream = new ByteUpstream();
  await upstream.start();
  proxy = await StartedProxy.start(upstream.origin);
});
afterAll(async () => {
  await proxy.stop();
  await upstream.stop();
});

const portOf = (kind: 's3' | 'api'): number => (kind === 's3' ? proxy.s3Port : proxy.apiPort);

/** Signed with the Host it carries. @returns `upstream`, or the code of the refusal */
const answerTo = async (kind: 's3' | 'api', host: string): Promise<string> => {
  const { replies } = await meet(proxy, kind, (draft) => setLine(draft, 'Host', host));
  return replies
    .map((reply) =>
      isFromUpstream(reply) ? 'upstream' : (reply.headers.get('x-nfyio-vault-error') ?? 'none'),
    )
    .join();
};

describe.each(['api', 's3'] as const)('the Host on the %s listener', (kind) => {
  it('is accepted in its canonical forms', async () => {
    for (const host of acceptedHosts(portOf(kind)))
      expect([host, await answerTo(kind, host)]).toEqual([host, 'upstream']);
  });

  it('is refused in more than 400 others, with a valid credential, before anything goes upstream', async () => {
    const hosts = foreignHosts(portOf(kind));
    expect(hosts.length).toBeGreaterThan(400);
    const before = upstream.requests.length;
    const answers = await fewAtOnce(hosts, async (host) => [host, await answerTo(kind, host)] as const);
    expect(answers.filter(([, answer]) => !/^(?:HOST_REFUSED|MALFORMED_REQUEST)$/.test(answer))).toEqual([]);
    expect(upstream.requests.length).toBe(before);
  });

  it(`${kind === 's3' ? 'may name a bucket of localhost' : 'may name no bucket'}`, async () => {
    for (const bucket of buckets) {
      const answer = await answerTo(kind, `${bucket}.localhost:${portOf(kind)}`);
      expect([bucket, answer]).toEqual([bucket, kind === 's3' ? 'upstream' : 'HOST_REFUSED']);
    }
  });
});

describe('a bucket in the Host', () => {
  it('is refused without a signature that covers it', async () => {
    for (const bucket of buckets) {
      const { replies } = await meet(proxy, 's3', (draft) => {
        const [host] = draft.lines;
        // Signed for another one: what goes out behind the signature is changed.
        if (host !== undefined)
          Object.defineProperty(host, 'separator', {
            get: () => `: ${bucket}.localhost:${draft.port}\r\nX-Was: `,
          });
      });
      expect(replies.map(({ headers }) => headers.get('x-nfyio-vault-error'))).toEqual(['HOST_REFUSED']);
    }
  });
});

describe('a rebound name', () => {
  it('reaches nothing in a thousand attempts', async () => {
    const before = upstream.requests.length;
    const attempts = Array.from({ length: 1_000 }, (_, index) => index);
    const answers = await fewAtOnce(attempts, (index) => {
      const kind = index % 2 === 0 ? 'api' : 's3';
      return answerTo(kind, `r${index}.rebind.test:${portOf(kind)}`);
    });
    expect([...new Set(answers)]).toEqual(['HOST_REFUSED']);
    expect(upstream.requests.length).toBe(before);
  });
});
