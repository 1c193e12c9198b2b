import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface SourceFile {
  /** From the project root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What it imports: project paths for relative imports, the specifier itself for packages. */
  readonly imports: readonly string[];
  /** Of those, what is loaded with it; the others come when they are asked for. */
  readonly importsAtOnce: readonly string[];
}

const atOnce = [/^(?:import|export)\b[^'";]*\bfrom '([^']+)'/gm, /^import '([^']+)'/gm];
const whenAskedFor = /\bimport\('([^']+)'\)/g;

const importsOf = (path: string, text: string, patterns: readonly RegExp[]): string[] =>
  patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, specifier = '']) =>
      specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : specifier,
    );

/** Every TypeScript file below a folder of the project. */
export const sourceFiles = (folder: string): SourceFile[] =>
  readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(projectRoot, file).split(sep).join('/');
      const text = readFileSync(file, 'utf8');
      const importsAtOnce = importsOf(path, text, atOnce);
      const imports = [...importsAtOnce, ...importsOf(path, text, [whenAskedFor])];
      return { path, text, imports, importsAtOnce };
    });
