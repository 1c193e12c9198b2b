/** Opens the vault of a folder once, as a program that was just started does. Tells how long that took. */
import { unlockedVault } from '../../test/helpers/testVault.ts';

export interface Opening {
  readonly folder: string;
}

export interface OpeningResult {
  readonly wallMs: number;
  readonly processorMs: number;
}

const { folder }: Opening = JSON.parse(process.argv[2] ?? '');
const before = process.cpuUsage();
const startedAtMs = performance.now();
await unlockedVault(folder);
const wallMs = performance.now() - startedAtMs;
const { user, system } = process.cpuUsage(before);
const result: OpeningResult = { wallMs, processorMs: (user + system) / 1000 };
process.send?.(result);
