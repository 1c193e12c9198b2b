/** `npm run bench`: everything, into bench/RESULTS.md. `npm run bench -- bulk`: the parts named, on the screen. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { ensureBuilt } from '../scripts/build.ts';
import { loadProgram } from './load.ts';
import { nginxProgram } from './nginx.ts';
import { measureBulk } from './parts/bulk.ts';
import { measureCrowd } from './parts/crowd.ts';
import { measureMemory } from './parts/memory.ts';
import { profileSmallRequests } from './parts/profile.ts';
import { measureSignatures } from './parts/signatures.ts';
import { measureSmallRequests } from './parts/smallRequests.ts';
import { measureVaultAtRest } from './parts/vaultAtRest.ts';
import { measureWarmPool } from './parts/warmPool.ts';
import { formatPart, formatReport, type PartReport } from './report.ts';
import { Resources } from './resources.ts';

interface Part {
  readonly name: string;
  readonly title: string;
  readonly run: (resources: Resources) => Promise<PartReport>;
}

const parts: readonly Part[] = [
  { name: 'small', title: 'Small requests', run: measureSmallRequests },
  { name: 'bulk', title: 'Bulk', run: measureBulk },
  { name: 'memory', title: 'Memory', run: measureMemory },
  { name: 'crowd', title: 'A crowd', run: measureCrowd },
  { name: 'vault', title: 'The vault at rest', run: measureVaultAtRest },
  { name: 'signatures', title: 'Signatures', run: measureSignatures },
  { name: 'pool', title: 'A warm pool', run: measureWarmPool },
  { name: 'profile', title: 'Where the time goes', run: profileSmallRequests },
];

const runPart = async (part: Part): Promise<PartReport> => {
  const resources = new Resources();
  console.log(`\n## ${part.title}\n`);
  try {
    const report = await part.run(resources);
    console.log(formatPart(report));
    return report;
  } finally {
    await resources.end();
  }
};

/** nginx tells its version on stderr, which is where `2>&1` is for. */
const versionOf = (command: string): string =>
  execFileSync('/bin/sh', ['-c', `${command} 2>&1`])
    .toString()
    .trim()
    .split('\n')[0] ?? '';

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Parts: ${parts.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

ensureBuilt();
const [loadAverage = 0] = loadavg();
const reports: [string, PartReport][] = [];
for (const part of parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name)))
  reports.push([part.title, await runPart(part)]);

if (chosen.length === 0) {
  const programs = [
    `nfyio Vault ${packageJson.version}`,
    `Node ${process.version}`,
    `undici ${packageJson.devDependencies.undici}`,
    nginxProgram === null ? 'no nginx' : versionOf(`${nginxProgram} -v`).replace('nginx version: ', ''),
    loadProgram,
  ];
  const file = join(import.meta.dirname, 'RESULTS.md');
  writeFileSync(file, formatReport(reports, { date: new Date(), programs, loadAverage }));
  console.log(`\nWritten to ${file}`);
}
