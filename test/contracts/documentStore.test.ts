import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createElectronPreferences } from '../../src/main/electron/electronPreferences.ts';
import { openDocumentFile } from '../../src/main/node/documentFile.ts';
import { createMemoryPreferences } from '../helpers/memoryPreferences.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

vi.mock('electron', async () => {
  const { ipcMain } = await import('../electron/standIn/ipcMain.ts');
  const { shell } = await import('../electron/standIn/system.ts');
  const app = { getPath: () => '/nowhere', getVersion: () => '0.0.0' };
  return { ipcMain, default: { app, ipcMain, shell } };
});

const openPreferencesFile = (folder: string) => openDocumentFile(folder, 'preferences');
const files = [
  ['the file of conf', openPreferencesFile],
  ['the file of electron-store', createElectronPreferences],
] as const;

describe.each([['the memory', createMemoryPreferences] as const, ...files])(
  'DocumentStore: %s',
  (_, open) => {
    it('does not know what was never written', () => {
      expect(open(temporaryFolder()).read('theme')).toBeUndefined();
    });

    it.each(['text ünd 龍', '', 0, -1.5, false, null, [], ['a', ['b']], { deep: { list: [1, null, 'x'] } }])(
      'gives back what was written: %j',
      (value) => {
        const store = open(temporaryFolder());
        store.write('value', value);
        expect(store.read('value')).toEqual(value);
      },
    );

    it('keeps the last value of each key, and takes a dot in a key as a dot', () => {
      const store = open(temporaryFolder());
      store.write('window', { width: 1 });
      store.write('window.width', 2);
      store.write('window', { width: 3 });
      expect([store.read('window'), store.read('window.width')]).toEqual([{ width: 3 }, 2]);
    });

    it('keeps a copy: what is done to a value before or after does not change it', () => {
      const store = open(temporaryFolder());
      const list = ['a'];
      store.write('list', list);
      list.push('b');
      (store.read('list') as string[]).push('c');
      expect(store.read('list')).toEqual(['a']);
    });
  },
);

describe.each(files)('DocumentStore on a disk: %s', (_, open) => {
  it('finds everything again at the next start, in a file for its owner alone', () => {
    const folder = temporaryFolder();
    open(folder).write('theme', 'dark');
    expect(open(folder).read('theme')).toBe('dark');
    expect(statSync(join(folder, 'preferences.json')).mode & 0o777).toBe(0o600);
  });

  it('begins with nothing when the file is damaged', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'preferences.json'), '{"theme": "da');
    const store = open(folder);
    expect(store.read('theme')).toBeUndefined();
    store.write('theme', 'light');
    expect(JSON.parse(readFileSync(join(folder, 'preferences.json'), 'utf8'))).toEqual({ theme: 'light' });
  });
});

it('what the reminders remember is a file of its own', () => {
  const folder = temporaryFolder();
  openPreferencesFile(folder).write('value', 'chosen');
  openDocumentFile(folder, 'reminders').write('value', 'told');
  expect(openPreferencesFile(folder).read('value')).toBe('chosen');
  expect(statSync(join(folder, 'reminders.json')).mode & 0o777).toBe(0o600);
});

it('all hosts keep the same file: what one writes the other reads', () => {
  const folder = temporaryFolder();
  openPreferencesFile(folder).write('theme', 'dark');
  expect(createElectronPreferences(folder).read('theme')).toBe('dark');
});
