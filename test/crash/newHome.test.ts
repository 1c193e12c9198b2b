import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { Saver } from './saver.ts';
import { noTracing } from './threadTrace.ts';

const reason = noTracing();

it.skipIf(reason !== null)(
  `a new folder is as safe from a power cut as what is saved in it${reason ? `: ${reason}` : ''}`,
  async () => {
    const root = temporaryFolder();
    const log = join(root, 'strace.log');
    const home = join(root, 'some', 'where', 'home');
    const saver = await Saver.ready('vault', home, {
      under: ['strace', '-f', '-y', '-s', '200', '-o', log, '-e', 'trace=mkdir,mkdirat,fsync,write'],
    });
    expect(await saver.save('secret')).toEqual({ word: 'saved', about: 'secret' });
    await saver.end();
    const lines = readFileSync(log, 'utf8').split('\n');
    const first = (fits: (line: string) => boolean): number => lines.findIndex(fits);
    const saved = first((line) => line.includes('write(1<') && line.includes('saved secret'));
    expect(saved).toBeGreaterThan(0);
    for (let folder = home; folder !== root; folder = dirname(folder)) {
      const made = first(
        (line) => line.includes('mkdir') && line.includes(`"${folder}"`) && line.includes(' = 0'),
      );
      const synced = first((line) => line.includes('fsync(') && line.includes(`<${dirname(folder)}>`));
      expect(made, folder).toBeGreaterThan(0);
      expect(synced, folder).toBeGreaterThan(made);
      expect(synced, folder).toBeLessThan(saved);
    }
  },
);
