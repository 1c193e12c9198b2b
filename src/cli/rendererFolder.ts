import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The built window, seen from the built command line or from its sources: `out/renderer` of the nearest parent. */
export const findRendererFolder = (start: string = import.meta.dirname): string => {
  const folder = join(start, 'out', 'renderer');
  const parent = dirname(start);
  return existsSync(join(folder, 'index.html')) || parent === start ? folder : findRendererFolder(parent);
};
