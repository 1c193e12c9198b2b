import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentSecurityPolicy,
  loadRendererFiles,
  type RendererFiles,
} from '../../../src/main/transports/rendererFiles.ts';

let root: string;
let lookup: RendererFiles;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vault-renderer-'));
  const folder = join(root, 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets', 'index-1a.js'), 'run()');
  await writeFile(join(folder, 'assets', 'index-1a.js.map'), '{}');
  await writeFile(join(root, 'secret.json'), 'outside');
  await symlink(join(root, 'secret.json'), join(folder, 'link.json'));
  lookup = await loadRendererFiles(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the files of the window', () => {
  it('answers / with the page and an asset under its own path, each with its type', () => {
    expect(lookup('/')).toEqual({
      body: Buffer.from('<!doctype html>'),
      type: 'text/html; charset=utf-8',
    });
    expect(lookup('/assets/index-1a.js')?.body.toString()).toBe('run()');
    expect(lookup('/assets/index-1a.js')?.type).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/assets/..%2findex.html',
    '//index.html',
    '/./index.html',
    '/assets',
    '/assets/',
    '/index.html\0',
    '/assets\\index-1a.js',
    'index.html',
    '',
    '/link.json',
    '/assets/index-1a.js.map',
    '/constructor',
    '/__proto__',
  ])('knows nothing under %j', (path) => {
    expect(lookup(path)).toBeUndefined();
  });

  it('says what to do when the window was not built', async () => {
    await expect(loadRendererFiles(join(root, 'nowhere'))).rejects.toMatchObject({
      code: 'INTERNAL',
      hint: expect.stringContaining('npm run build'),
    });
  });
});

describe('the content security policy', () => {
  it('denies by default and allows no inline script, no eval and no foreign origin', () => {
    const policy = contentSecurityPolicy("'self' ws://127.0.0.1:7472");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:7472");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});
