import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, of which the size is chosen. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-disk-'));

  /** @param options such as `size=8192` (a multiple of the page) or `nr_inodes=10` */
  mount(options: string): boolean {
    return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.folder]).status === 0;
  }

  remove(): void {
    spawnSync('umount', ['--lazy', this.folder]);
    rmdirSync(this.folder);
  }
}

/** Why no disk can be made here; null where one can. */
export const noSmallDisk = (): string | null => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root may mount a tmpfs';
  const disk = new SmallDisk();
  try {
    return disk.mount('size=4096') ? null : 'a tmpfs may not be mounted here';
  } finally {
    disk.remove();
  }
};
