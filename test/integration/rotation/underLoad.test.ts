import { Agent, get } from 'node:http';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHome } from '../../helpers/servedVault.ts';

const RATE = 200;
const MOST_AT_ONCE = 400;
const MEBIBYTE = Buffer.alloc(1024 * 1024, 'nfyio ');
const SMALL = Buffer.alloc(1024, 'small ');
const inSandbox = ['--workspace', 'sandbox'];

const home = new TestHome();
beforeAll(async () => {
  await home.serve(['--sandbox']);
});
afterAll(() => home.remove());

interface Load {
  readonly sent: number;
  readonly failures: readonly string[];
  readonly longestMs: number;
  readonly perSecond: number;
}

/** Begins requests at an even rate, whether or not the earlier ones are answered, until the task is over. */
const underLoad = async (
  request: (count: number) => Promise<void>,
  task: () => Promise<void>,
): Promise<Load> => {
  const failures: string[] = [];
  const running = new Set<Promise<void>>();
  let sent = 0;
  let longestMs = 0;
  const begin = (): void => {
    const startedMs = performance.now();
    const one: Promise<void> = request(sent)
      .catch((error: unknown) => void failures.push(String(error)))
      .finally(() => {
        longestMs = Math.max(longestMs, performance.now() - startedMs);
        running.delete(one);
      });
    sent += 1;
    running.add(one);
  };
  const startedMs = performance.now();
  const pace = setInterval(() => {
    const wanted = ((performance.now() - startedMs) / 1000) * RATE;
    // A machine that cannot keep up is not buried under what waits.
    for (let count = sent; count < wanted && running.size < MOST_AT_ONCE; count += 1) begin();
  }, 5);
  await task().finally(() => clearInterval(pace));
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(running);
  return { sent, failures, longestMs: Math.round(longestMs), perSecond: Math.round(sent / seconds) };
};

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** As a browser does: by a URL that is signed, and without a second try. */
const getSmall = (url: string, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (reply) => {
      const pieces: Buffer[] = [];
      reply.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject);
      reply.once('end', () => {
        const body = Buffer.concat(pieces);
        if (body.equals(SMALL)) resolve();
        else reject(new Error(`answered ${reply.statusCode}: ${body}`));
      });
    }).once('error', reject);
  });

/** One in forty puts 1 MiB, one in 120 is a multipart upload, the others get. */
const s3Load = async (credential: string): Promise<(count: number) => Promise<void>> => {
  const connection = await home.connect('s3', `tool of ${credential}`, '--credential', credential);
  const { endpoint, accessKeyId, secretAccessKey, region } = connection;
  const client = new S3Client({
    ...{ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    maxAttempts: 1, // A failure must not hide behind a second try.
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 512 }) },
  });
  const Bucket = 'demo';
  await client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: SMALL }));
  const presign = ['connection', 'presign', connection.id, '--method', 'GET', '--bucket', Bucket];
  const { url } = await home.json([...presign, '--key', 'small', '--expires', '600']);
  const agent = new Agent({ keepAlive: true });
  const multipart = async (Key: string): Promise<void> => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: MEBIBYTE }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  };
  return async (count) => {
    if (count % 40 === 7)
      await client.send(new PutObjectCommand({ Bucket, Key: `put-${count % 5}`, Body: MEBIBYTE }));
    else if (count % 120 === 13) await multipart(`multipart-${count % 7}`);
    else await getSmall(url, agent);
  };
};

describe(`under a load of ${RATE} requests a second`, () => {
  it('a key is regenerated again and again, and no request fails', async () => {
    const create = ['key', 'create', ...inSandbox, '--name', 'regenerated', '--bucket', 'demo'];
    await home.json([...create, '--permission', 'read-write']);
    const request = await s3Load('regenerated');
    let held = 0;
    const load = await underLoad(request, async () => {
      for (let round = 0; round < 5; round += 1) {
        await pass(700);
        const { heldRequests } = await home.json(['key', 'regenerate', 'regenerated']);
        held += heldRequests;
      }
      await pass(700);
    });
    console.log(
      `5 regenerations: ${load.sent} requests (${load.perSecond}/s), ${load.failures.length} failed, ${held} waited, longest ${load.longestMs} ms`,
    );
    expect(load.failures).toEqual([]);
    expect(held).toBeGreaterThan(0);
    // A quarter of a second where nothing else runs; never longer than running requests are waited for.
    expect(load.longestMs).toBeLessThan(30_000);
  });

  it('a key is replaced, and no request fails', async () => {
    const create = ['key', 'create', ...inSandbox, '--name', 'replaced', '--bucket', 'demo'];
    await home.json([...create, '--permission', 'read-write']);
    const request = await s3Load('replaced');
    const load = await underLoad(request, async () => {
      await pass(700);
      await home.json(['key', 'replace', 'replaced', '--drain', '1s']);
      await expect
        .poll(async () => (await home.json(['rotation', 'list'])).rotations, { timeout: 10_000 })
        .toEqual([]);
      await pass(700);
    });
    console.log(
      `a replacement: ${load.sent} requests (${load.perSecond}/s), ${load.failures.length} failed, longest ${load.longestMs} ms`,
    );
    expect(load.failures).toEqual([]);
  });

  it('a token is rotated, no request fails, and the old one is not used once it is to go', async () => {
    const { credential: old } = await home.json([
      ...['token', 'create', ...inSandbox, '--name', 'rotated', '--scope', 'read', '--days', '9'],
    ]);
    const look = ['token', 'create', ...inSandbox, '--name', 'look', '--scope', 'read', '--days', '9'];
    const { token } = await home.json([...look, '--reveal']);
    const connection = await home.connect('api', 'tool', '--credential', old.id);
    const { workspaces } = await home.json(['workspace', 'list']);
    const sandbox: string = workspaces[0].apiUrl;
    /** When the service last saw the old one; null once it is gone. */
    const lastUsedMs = async (): Promise<number | null> => {
      const reply = await fetch(`${sandbox}/api/access-tokens?limit=100`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const found = (await reply.json()).data.find(({ uid }: { uid: string }) => uid === old.uid);
      return found === undefined ? null : Date.parse(found.lastUsedAt);
    };
    let switchedMs = 0;
    let seenMs = 0;
    const load = await underLoad(
      async () => {
        const reply = await fetch(`${connection.baseUrl}/api/notifications`);
        if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${await reply.text()}`);
        await reply.arrayBuffer();
      },
      async () => {
        await pass(700);
        const { rotation } = await home.json(['token', 'rotate', 'rotated', '--drain', '2s']);
        switchedMs = Date.parse(rotation.switchedAt);
        for (let usedMs = await lastUsedMs(); usedMs !== null; usedMs = await lastUsedMs()) {
          seenMs = usedMs;
          await pass(50);
        }
        await pass(700);
      },
    );
    console.log(
      `a token rotation: ${load.sent} requests (${load.perSecond}/s), ${load.failures.length} failed, longest ${load.longestMs} ms, the old one last used ${seenMs - switchedMs} ms after the switch`,
    );
    expect(load.failures).toEqual([]);
    expect(seenMs - switchedMs).toBeLessThan(1000);
  });
});
