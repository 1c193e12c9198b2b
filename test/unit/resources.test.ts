import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../helpers/sourceFiles.ts';

const resources = join(projectRoot, 'resources');
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Width, height and colour type, as the first chunk of a PNG says them. */
const headerOf = (file: string): readonly number[] => {
  const png = readFileSync(join(resources, file));
  expect(png.subarray(0, 8).equals(SIGNATURE), file).toBe(true);
  return [png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(25)];
};
const WITH_TRANSPARENCY = 6;

describe('the images of the program', () => {
  it('come in every size that desktops ask for, each as large as its name says', () => {
    const files = readdirSync(join(resources, 'icons'));
    expect(files.map((file) => Number.parseInt(file, 10)).sort((a, b) => a - b)).toEqual([
      16, 24, 32, 48, 64, 128, 256, 512,
    ]);
    for (const file of files) {
      const pixels = Number.parseInt(file, 10);
      expect(headerOf(`icons/${file}`), file).toEqual([pixels, pixels, WITH_TRANSPARENCY]);
    }
  });

  it('have a tray image for plain and for dense screens', () => {
    expect(headerOf('tray/trayTemplate.png')).toEqual([16, 16, WITH_TRANSPARENCY]);
    expect(headerOf('tray/trayTemplate@2x.png')).toEqual([32, 32, WITH_TRANSPARENCY]);
  });
});
