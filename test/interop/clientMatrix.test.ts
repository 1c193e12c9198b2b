import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';
import { projectRoot } from '../helpers/sourceFiles.ts';
import { awsSdk, sdkClient } from './clients/awsSdk.ts';
import { everyClient } from './clients/everyClient.ts';
import { type LocalPair, program, type RealClient } from './clients/realClient.ts';

const bucket = 'demo';
const home = new TestHome();
const folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-matrix-'));
const { sandbox } = await home.serve(['--sandbox']);
const made = await home.json(
  ['key', 'create', '--workspace', 'sandbox', '--name', 'matrix', '--reveal'].concat([
    '--bucket',
    bucket,
    '--permission',
    'read-write',
  ]),
);
const loopback: LocalPair = await home.connect('s3', 'matrix');
const direct: LocalPair = {
  endpoint: sandbox?.s3 ?? '',
  accessKeyId: made.credential.accessKeyId,
  secretAccessKey: made.secretAccessKey,
};
const witness = awsSdk(direct);

const smallFile = join(folder, 'small.bin');
const largeFile = join(folder, 'large.bin');
await writeFile(smallFile, randomBytes(70_001));
await writeFile(largeFile, randomBytes(11 * 1024 * 1024 + 7));

afterAll(async () => {
  await home.remove();
  await rm(folder, { recursive: true, force: true });
});

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** What the service itself says is stored. */
const stored = async (key: string): Promise<string> => {
  const file = join(folder, 'witness.bin');
  await witness.get(bucket, key, file);
  return sha256(file);
};
const etagOf = async (key: string): Promise<string> =>
  (await sdkClient(direct).send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag ?? '';
/** How many parts it was uploaded in: the service writes it into the ETag. */
const partsOf = async (key: string): Promise<number> => Number(/-(\d+)"$/.exec(await etagOf(key))?.[1] ?? 1);

interface Operation {
  readonly name: string;
  /** null: the client cannot do it at all. @returns what came of it, comparable between two runs */
  readonly observe: (client: RealClient, prefix: string) => (() => Promise<unknown>) | null;
  readonly expected: () => Promise<unknown>;
}

const back = join(folder, 'back.bin');
const given = (key: string): Promise<void> => witness.put(smallFile, bucket, key);
const unlessNull = <Call>(call: Call | null, use: (call: Call) => Promise<unknown>) =>
  call === null ? null : () => use(call);

const operations: readonly Operation[] = [
  {
    name: 'put',
    observe: (client, prefix) => async () => {
      await client.put(smallFile, bucket, `${prefix}put me.bin`);
      return stored(`${prefix}put me.bin`);
    },
    expected: () => sha256(smallFile),
  },
  {
    name: 'get',
    observe: (client, prefix) => async () => {
      await given(`${prefix}get me.bin`);
      await client.get(bucket, `${prefix}get me.bin`, back);
      return sha256(back);
    },
    expected: () => sha256(smallFile),
  },
  {
    name: 'head',
    observe: (client, prefix) => async () => {
      await given(`${prefix}head.bin`);
      return client.head(bucket, `${prefix}head.bin`);
    },
    expected: async () => 70_001,
  },
  {
    name: 'list',
    observe: (client, prefix) => async () => {
      for (const name of ['b+.bin', 'a.bin', 'sub/c.bin']) await given(`${prefix}list/${name}`);
      const keys = await client.list(bucket, `${prefix}list/`);
      return keys.map((key) => key.slice(prefix.length)).sort();
    },
    expected: async () => ['list/a.bin', 'list/b+.bin', 'list/sub/c.bin'],
  },
  {
    name: 'metadata',
    observe: ({ describe: put }, prefix) =>
      unlessNull(put, async (withMetadata) => {
        const Key = `${prefix}described.bin`;
        await withMetadata(smallFile, bucket, Key, 'stage_name', 'pre production');
        const { Metadata } = await sdkClient(direct).send(new HeadObjectCommand({ Bucket: bucket, Key }));
        return Metadata?.stage_name;
      }),
    expected: async () => 'pre production',
  },
  {
    name: 'copy',
    observe: (client, prefix) => async () => {
      await given(`${prefix}from.bin`);
      await client.copy(bucket, `${prefix}from.bin`, `${prefix}to.bin`);
      return stored(`${prefix}to.bin`);
    },
    expected: () => sha256(smallFile),
  },
  {
    name: 'delete',
    observe: (client, prefix) => async () => {
      await given(`${prefix}gone/one.bin`);
      await client.remove(bucket, `${prefix}gone/one.bin`);
      return witness.list(bucket, `${prefix}gone/`);
    },
    expected: async () => [],
  },
  {
    name: 'multi-delete',
    observe: ({ removeMany }, prefix) =>
      unlessNull(removeMany, async (remove) => {
        for (const name of ['1', '2', 'kept']) await given(`${prefix}many/${name}`);
        await remove(bucket, [`${prefix}many/1`, `${prefix}many/2`]);
        return (await witness.list(bucket, `${prefix}many/`)).map((key) => key.slice(prefix.length));
      }),
    expected: async () => ['many/kept'],
  },
  {
    name: 'multipart',
    observe: (client, prefix) => async () => {
      await client.multipart(largeFile, bucket, `${prefix}large.bin`);
      const isInParts = (await partsOf(`${prefix}large.bin`)) > 1;
      return { isInParts, sha256: await stored(`${prefix}large.bin`) };
    },
    expected: async () => ({ isInParts: true, sha256: await sha256(largeFile) }),
  },
  {
    name: 'range',
    observe: ({ range }, prefix) =>
      unlessNull(range, async (read) => {
        await writeFile(back, 'what was here before');
        const text = join(folder, 'text.txt');
        await writeFile(text, '0123456789');
        await witness.put(text, bucket, `${prefix}text.txt`);
        await read(bucket, `${prefix}text.txt`, 2, 5, back);
        return readFile(back, 'utf8');
      }),
    expected: async () => '2345',
  },
  {
    name: 'conditional',
    observe: ({ isUnchanged }, prefix) =>
      unlessNull(isUnchanged, async (ask) => {
        const key = `${prefix}conditional.bin`;
        await given(key);
        return [await ask(bucket, key, await etagOf(key)), await ask(bucket, key, '"another"')];
      }),
    expected: async () => [true, false],
  },
  {
    name: 'presign',
    observe: ({ presign }, prefix) =>
      unlessNull(presign, async (urlOf) => {
        await given(`${prefix}presigned.bin`);
        const url = await urlOf(bucket, `${prefix}presigned.bin`);
        await program('/usr/bin/curl')('-sS', '--fail-with-body', '-o', back, url);
        return sha256(back);
      }),
    expected: () => sha256(smallFile),
  },
  {
    name: 'tagging',
    observe: ({ tag }, prefix) =>
      unlessNull(tag, async (setAndRead) => {
        await given(`${prefix}tagged.bin`);
        return setAndRead(bucket, `${prefix}tagged.bin`, 'stage', 'production');
      }),
    expected: async () => 'production',
  },
];

const throughLoopback = everyClient(loopback, folder);
const clients = everyClient(direct, folder).map((client, index) => ({
  name: client.name,
  absent: client.absent,
  direct: client,
  loopback: throughLoopback[index] ?? client,
}));

const cells = new Map<string, string>();
const cellName = (client: string, operation: string): string => `${client} ${operation}`;

describe.each(clients)('$name', (client) => {
  for (const { name, observe, expected } of operations) {
    const cell = cellName(client.name, name);
    const directly = observe(client.direct, `direct/${client.name}/`);
    const proxied = observe(client.loopback, `loopback/${client.name}/`);
    if (directly === null || proxied === null) {
      cells.set(cell, '–');
      continue;
    }
    it.skipIf(client.absent !== null)(`${name}: the same through the loopback as directly`, async () => {
      const result = await proxied();
      expect(result).toEqual(await directly());
      expect(result).toEqual(await expected());
      cells.set(cell, '✓');
    });
  }
});

const table = (): string =>
  [
    ['', ...operations.map(({ name }) => name)],
    ['---', ...operations.map(() => ':-:')],
    ...clients.map(({ name }) => [
      name,
      ...operations.map((operation) => cells.get(cellName(name, operation.name)) ?? '✗'),
    ]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

it.skipIf(clients.some(({ absent }) => absent !== null))('the table in the README is this one', async () => {
  const readme = join(projectRoot, 'README.md');
  const text = await readFile(readme, 'utf8');
  const [before = '', , after = ''] = text.split(/<!-- \/?clients -->\n/);
  const updated = `${before}<!-- clients -->\n${table()}\n<!-- /clients -->\n${after}`;
  if (process.env.UPDATE_README === '1') await writeFile(readme, updated);
  else expect(text).toBe(updated);
});
