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
}

const importPatterns = [
  /^(?:import|export)\b[^'";]*\bfrom '([^']+)'/gm,
  /^import '([^']+)'/gm,
  /\bimport\('([^']+)'\)/g,
];

const importsOf = (path: string, text: string): string[] =>
  importPatterns
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
      return { path, text, imports: importsOf(path, text) };
    });
