import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHome, testPassphrase } from '../../helpers/servedVault.ts';
import { readVault } from '../vault/documentedReader.ts';

const home = new TestHome();
const other = new TestHome();
const secrets: string[] = [];
const inSandbox = ['--workspace', 'sandbox'];
const at = (name: string): string => join(home.folder, name);
const clear = ['--plain', '--confirm', 'write my secrets in clear'];

const failure = async (on: TestHome, args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await on.run([...args, '--json']);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr);
  expect(error.hint.length).toBeGreaterThan(10);
  return [error.code, exitCode];
};

beforeAll(async () => {
  await home.serve(['--sandbox']);
  await other.serve();
  const key = ['key', 'create', ...inSandbox, '--name', 'k', '--bucket', 'demo', '--permission', 'read'];
  secrets.push((await home.json([...key, '--reveal'])).secretAccessKey);
  const token = ['token', 'create', ...inSandbox, '--name', 't', '--scope', 'read', '--days', '90'];
  secrets.push((await home.json([...token, '--reveal'])).token);
  await home.json(['workspace', 'add', '--name', 'second', '--s3-url', 'https://s3.example.org']);
});
afterAll(async () => {
  await home.remove();
  await other.remove();
});

describe('export', () => {
  it('writes a vault file that a reader of the document opens with the passphrase', async () => {
    const file = at('all.nfyv');
    const { export: done } = await home.json(['export', file]);
    expect(done).toEqual({ path: file, encrypted: true, workspaces: 2, credentials: 2, connections: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { records } = readVault(readFileSync(file), testPassphrase);
    expect(records.map(({ secret }) => secret)).toEqual(expect.arrayContaining(secrets));
    const vault = readFileSync(join(home.home, 'vault.nfyv'));
    expect(readFileSync(file).subarray(12, 28).equals(vault.subarray(12, 28))).toBe(false);
  });

  it('takes a passphrase of its own, and one workspace alone', async () => {
    writeFileSync(at('own'), 'of the export alone\n');
    const file = at('second.nfyv');
    await home.json(['export', file, '--workspace', 'second', '--export-passphrase-file', at('own')]);
    expect(readVault(readFileSync(file), 'of the export alone').records).toHaveLength(1);
    expect(() => readVault(readFileSync(file), testPassphrase)).toThrow();
  });

  it('in clear needs the exact words and the passphrase, also while the vault is open', async () => {
    const file = at('clear.json');
    expect(await failure(home, ['export', file, '--plain'])).toEqual(['PLAIN_EXPORT_UNCONFIRMED', 2]);
    const almost = ['--plain', '--confirm', 'Write my secrets in clear'];
    expect(await failure(home, ['export', file, ...almost])).toEqual(['PLAIN_EXPORT_UNCONFIRMED', 2]);
    writeFileSync(at('wrong'), 'not the passphrase\n');
    const wrong = ['--passphrase-file', at('wrong')];
    expect(await failure(home, ['export', file, ...clear, ...wrong])).toEqual(['WRONG_PASSPHRASE', 3]);
    expect(await failure(home, ['export', at('x.nfyv'), ...wrong])).toEqual(['WRONG_PASSPHRASE', 3]);
    expect([existsSync(file), existsSync(at('x.nfyv'))]).toEqual([false, false]);
    await home.json(['export', file, ...clear]);
    const { format, version, records } = JSON.parse(readFileSync(file, 'utf8'));
    expect([format, version, records.length]).toEqual(['nfyio-vault/plain-export', 1, 4]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('never writes over anything, nor where it could be taken for the vault', async () => {
    writeFileSync(at('there.nfyv'), 'mine');
    symlinkSync(at('nowhere'), at('link.nfyv'));
    mkdirSync(at('folder.nfyv'));
    for (const name of ['there.nfyv', 'link.nfyv', 'folder.nfyv'])
      expect(await failure(home, ['export', at(name)])).toEqual(['FILE_EXISTS', 1]);
    expect([readFileSync(at('there.nfyv'), 'utf8'), existsSync(at('nowhere'))]).toEqual(['mine', false]);
    expect(await failure(home, ['export', at('wrong.txt')])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(home, ['export', at('wrong.nfyv'), ...clear])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(home, ['export', at('no/such/a.nfyv')])).toEqual(['FILE_UNUSABLE', 1]);
    expect(await failure(home, ['export', join(home.home, 'vault.nfyv.old.nfyv')])).toEqual([
      'INVALID_INPUT',
      2,
    ]);
    expect(await failure(home, ['export', at('a.nfyv'), '--workspace', 'x'])).toEqual([
      'WORKSPACE_UNKNOWN',
      1,
    ]);
  });
});

describe('import', () => {
  it('of an export brings workspaces and credentials to another vault, once', async () => {
    const { preview } = await other.json(['import', at('all.nfyv'), '--preview']);
    expect(preview.candidates.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('new'));
    const sandboxes = preview.candidates.filter(
      ({ isSandboxElsewhere }: { isSandboxElsewhere: boolean }) => isSandboxElsewhere,
    );
    expect(sandboxes.map(({ name }: { name: string }) => name)).toEqual(['sandbox']);
    expect((await other.run(['import', at('all.nfyv'), '--preview'])).stdout).toMatch(
      /sandbox .*the sandbox of another home, which is not here/,
    );
    expect((await other.json(['workspace', 'list'])).workspaces).toEqual([]);
    expect((await other.json(['import', at('all.nfyv')])).import.imported).toHaveLength(4);
    const again = (await other.json(['import', at('clear.json')])).import;
    expect(again.imported.map(({ isNew }: { isNew: boolean }) => isNew)).toEqual(Array(4).fill(false));
    const { credentials } = await other.json(['token', 'list']);
    expect(credentials).toEqual((await home.json(['token', 'list'])).credentials);
  });

  it('with a taken name is refused whole, and comes in under another one', async () => {
    writeFileSync(at('.env'), 'NFYIO_ACCESS_TOKEN=nfyio_at_other0123456789\n');
    const args = ['import', at('.env'), ...inSandbox];
    await other.json([...args, '--rename', 'NFYIO_ACCESS_TOKEN=named']);
    writeFileSync(at('.env'), 'NFYIO_ACCESS_TOKEN=nfyio_at_third0123456789\n');
    const taken = ['--rename', 'NFYIO_ACCESS_TOKEN=named'];
    expect(await failure(other, [...args, ...taken])).toEqual(['IMPORT_CONFLICT', 1]);
    expect(await failure(other, [...args, '--only', 'nothing'])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(other, [...args, '--rename', 'x'])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(other, [...args, '--replace', '--preview'])).toEqual(['INVALID_INPUT', 2]);
  });

  it('says what is wrong with a file or with what was asked', async () => {
    writeFileSync(at('damaged.nfyv'), readFileSync(at('all.nfyv')).subarray(0, -1));
    expect(await failure(other, ['import', at('damaged.nfyv')])).toEqual(['IMPORT_UNREADABLE', 1]);
    expect(await failure(other, ['import', at('second.nfyv')])).toEqual(['WRONG_PASSPHRASE', 3]);
    const { stderr } = await other.run(['import', at('second.nfyv')]);
    expect(stderr).toContain('--export-passphrase-file');
    expect(await failure(other, ['import', at('missing')])).toEqual(['FILE_UNUSABLE', 1]);
    expect(await failure(other, ['import', at('.env')])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(other, ['import', at('all.nfyv'), ...inSandbox])).toEqual(['INVALID_INPUT', 2]);
    expect(await failure(other, ['import', at('all.nfyv'), '--replace'])).toEqual(['INVALID_INPUT', 2]);
    await other.run(['lock']);
    expect(await failure(other, ['import', at('all.nfyv')])).toEqual(['VAULT_LOCKED', 3]);
    expect(await failure(other, ['export', at('locked.nfyv')])).toEqual(['VAULT_LOCKED', 3]);
    await other.run(['unlock']);
  });

  it('of the keys of a foreign file is as narrow as is said, and of an export as the export says', async () => {
    const file = at('narrow');
    writeFileSync(file, '[n]\naws_access_key_id=AKIANARROW\naws_secret_access_key=secret-of-narrow\n');
    secrets.push('secret-of-narrow');
    const limits = ['--bucket', 'demo', '--permission', 'read'];
    await other.json(['import', file, ...inSandbox, ...limits]);
    const { credentials } = await other.json(['key', 'list']);
    const { buckets, permission } = credentials.find(({ name }: { name: string }) => name === 'n');
    expect([buckets, permission]).toEqual([['demo'], 'read']);
    expect(await failure(other, ['import', at('all.nfyv'), ...limits])).toEqual(['INVALID_INPUT', 2]);
  });

  it('takes the entry out of the file where that is asked', async () => {
    writeFileSync(
      at('credentials'),
      '[x]\naws_access_key_id=AKIAX\naws_secret_access_key=secret-of-x-profile\n[y]\nregion=z\n',
    );
    secrets.push('secret-of-x-profile');
    const { import: done } = await other.json(['import', at('credentials'), ...inSandbox, '--remove-source']);
    expect(done.replaced).toEqual([{ name: 'x', connection: null }]);
    expect(readFileSync(at('credentials'), 'utf8')).toBe('[y]\nregion=z\n');
  });

  it('does not say that a file was rewritten in which there was nothing to replace', async () => {
    const file = at('replaced');
    const local = '[l]\naws_access_key_id=NFYLOCALAAAAAAAAAAAA\naws_secret_access_key=local\n';
    writeFileSync(file, local);
    const { stdout } = await other.run(['import', file, ...inSandbox, '--replace']);
    expect(stdout).toBe(
      `Left out: l (it is a local credential of this vault).\n${file} was left as it is.\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe(local);
  });

  it('has told no secret to anybody', () => {
    // What `--reveal` printed at creation was asked for.
    const told = [...home.transcript, ...other.transcript].filter(
      (text) => !text.includes('"secretAccessKey"') && !text.includes('"token":'),
    );
    for (const secret of secrets) expect(told.filter((text) => text.includes(secret))).toEqual([]);
  });
});
