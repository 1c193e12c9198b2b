import {
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { SourceReplacing } from '../../../src/main/transfer/sourceReplacing.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { type TestVaultWithTransfer, vaultWithTransfer } from './twoVaults.ts';

const secret = 'the-real-secret-of-the-file';
const text = `# mine\n[a]\naws_access_key_id = AKIAA\naws_secret_access_key = ${secret}\n`;

let here: TestVaultWithTransfer;
let path: string;
/** Ids of the connections that are there. */
let connections: Set<string>;
let replacing: SourceReplacing;
let importId: string;

/** Stands in for the connections of the app: it keeps no credential. */
const fakeConnections = () => ({
  connect: async ({ name }: { readonly name: string }) => {
    connections.add(name);
    const endpoint = 'http://127.0.0.1:7471';
    return {
      connection: { id: name, name, endpoint },
      local: {
        kind: 's3',
        endpoint,
        accessKeyId: 'NFYLOCALFAKE',
        secretAccessKey: 'fake',
        region: 'r',
      } as const,
    };
  },
  revoke: async (id: string) => void connections.delete(id),
});

beforeEach(async () => {
  here = await vaultWithTransfer();
  path = join(temporaryFolder(), 'credentials');
  connections = new Set();
  replacing = new SourceReplacing({ tray: here.tray, ...fakeConnections() });
  await here.fill([
    {
      ...{ kind: 'workspace', id: 'w', secret: null },
      meta: {
        ...{ name: 'w', apiUrl: null, s3Url: 'https://s3.nfyio.com', createdAt: '2026-01-01T00:00:00.000Z' },
        ...{ hasControlToken: false, isSandbox: false },
      },
    },
  ]);
  writeFileSync(path, text);
  const preview = await here.importing.preview({ path, workspace: 'w' });
  importId = preview.importId;
  await here.importing.apply(importId, preview.candidates);
});

const code = (task: Promise<unknown>) =>
  task.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const replace = () => code(replacing.replace(importId, 'connection'));

describe('the file that was imported', () => {
  it('gets the local credential, alone in its folder, and the import is over', async () => {
    expect(await replace()).toBe('done');
    expect(readFileSync(path, 'utf8')).toBe(
      '# mine\n[a]\naws_access_key_id = NFYLOCALFAKE\naws_secret_access_key = fake\nendpoint_url = http://127.0.0.1:7471\n',
    );
    expect(readdirSync(dirname(path))).toEqual(['credentials']);
    expect(connections.size).toBe(1);
    expect(await replace()).toBe('IMPORT_GONE');
  });

  it('loses the entry where it is to be removed, and no connection is made', async () => {
    expect(await code(replacing.replace(importId, 'remove'))).toBe('done');
    expect(readFileSync(path, 'utf8')).toBe('# mine\n');
    expect(connections.size).toBe(0);
  });

  it.each([
    ['was changed since', 'SOURCE_CHANGED', () => writeFileSync(path, `${text}# one more\n`)],
    ['has a second name', 'FILE_UNUSABLE', () => linkSync(path, `${path}.other`)],
    [
      'has become a link',
      'FILE_UNUSABLE',
      () => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
    ],
  ])('that %s is left as it is, and no connection stays', async (_, expected, change) => {
    change();
    const [before, kind] = [readFileSync(path, 'utf8'), lstatSync(path).isSymbolicLink()];
    expect(await replace()).toBe(expected);
    expect([readFileSync(path, 'utf8'), lstatSync(path).isSymbolicLink()]).toEqual([before, kind]);
    expect(connections.size).toBe(0);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('.tmp-'))).toEqual([]);
  });

  it('that was changed while the connections were made is left as it is', async () => {
    const fake = fakeConnections();
    const late = new SourceReplacing({
      ...{ tray: here.tray, revoke: fake.revoke },
      connect: (wanted) => {
        writeFileSync(path, 'changed');
        return fake.connect(wanted);
      },
    });
    expect(await code(late.replace(importId, 'connection'))).toBe('SOURCE_CHANGED');
    expect(readFileSync(path, 'utf8')).toBe('changed');
    expect(connections.size).toBe(0);
  });

  it('that was changed before is not even given connections', async () => {
    const fake = fakeConnections();
    const late = new SourceReplacing({
      tray: here.tray,
      revoke: fake.revoke,
      connect: () => expect.unreachable(),
    });
    writeFileSync(path, `${text}# one more\n`);
    expect(await code(late.replace(importId, 'connection'))).toBe('SOURCE_CHANGED');
  });

  it('is rewritten as it was imported, though somebody asks to import it once more', async () => {
    for (const chosen of [[], [{ id: '0' }]])
      expect(await code(here.importing.apply(importId, chosen))).toBe('IMPORT_GONE');
    expect(await replace()).toBe('done');
    expect(connections.size).toBe(1);
  });

  it('is not touched before what is in it was imported', async () => {
    const { importId: unapplied } = await here.importing.preview({ path, workspace: 'w' });
    expect(await code(replacing.replace(unapplied, 'remove'))).toBe('INVALID_INPUT');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
