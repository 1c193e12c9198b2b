import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 4096;
const ENTRY_BYTES = 8;

/** Of each run of pages that are there, its first and how many. */
const presentRuns = (pagemap: Buffer): { readonly first: number; readonly pages: number }[] => {
  const runs: { first: number; pages: number }[] = [];
  for (let page = 0; page < pagemap.length / ENTRY_BYTES; page += 1) {
    // The two highest bits: in memory, or swapped out.
    if ((pagemap.readUInt8(page * ENTRY_BYTES + ENTRY_BYTES - 1) & 0xc0) === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.pages === page) last.pages += 1;
    else runs.push({ first: page, pages: 1 });
  }
  return runs;
};

const read = (file: number, start: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(file, bytes, filled, size - filled, start + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
};

/** What belongs to the process alone: not the code that it maps from files, nor what the kernel shows it. */
const isOwn = (mode: string, name: string): boolean =>
  mode.startsWith('r') && !name.startsWith('[v') && (mode.includes('w') || !name.startsWith('/'));

/** Needs the right to attach to the process, which root has. @returns every page of it, by address and name */
export const readProcessMemory = (pid: number): Map<string, Buffer> => {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/gm,
    );
    return new Map(
      [...maps].flatMap(([, from = '', to = '', mode = '', name = '']) => {
        if (!isOwn(mode, name)) return [];
        const start = Number.parseInt(from, 16);
        const pages = (Number.parseInt(to, 16) - start) / PAGE_BYTES;
        const entries = read(pagemap, (start / PAGE_BYTES) * ENTRY_BYTES, pages * ENTRY_BYTES);
        return presentRuns(entries).map((run): [string, Buffer] => {
          const at = start + run.first * PAGE_BYTES;
          return [`${at.toString(16)} ${name}`.trim(), read(memory, at, run.pages * PAGE_BYTES)];
        });
      }),
    );
  } finally {
    closeSync(memory);
    closeSync(pagemap);
  }
};

/** For a Node process whose heap snapshots are asked for by SIGUSR2. */
export const heapSnapshotFlags = (folder: string): readonly string[] => [
  '--heapsnapshot-signal=SIGUSR2',
  `--diagnostic-dir=${folder}`,
  // As a rule a snapshot cuts strings.
  '--heap-snapshot-string-limit=16777216',
];

const complete = (file: string): { readonly strings: readonly string[] } | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** @returns every string that is alive in the process, once it has written the snapshot into the folder */
export const readHeapStrings = async (pid: number, folder: string): Promise<Buffer> => {
  const names = () => readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
  const before = names();
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const written = names().find((name) => !before.includes(name));
    const snapshot = written === undefined ? null : complete(join(folder, written));
    if (snapshot !== null) return Buffer.from(snapshot.strings.join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
