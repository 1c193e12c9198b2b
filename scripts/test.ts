/**
 * `npm test`: builds, gets Chromium if it is missing, runs every suite and closes with one line over all of them.
 * `npm test -- unit integration` runs the suites named.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The names of the tests that failed. */
  readonly failures: readonly string[];
}

interface PlaywrightSuite {
  readonly specs: readonly { readonly title: string; readonly file: string; readonly ok: boolean }[];
  readonly suites?: readonly PlaywrightSuite[];
}

interface VitestFile {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

interface Suite {
  readonly name: string;
  readonly run: (reportFile: string) => {
    readonly exitCode: number;
    readonly read: (report: string) => Tally;
  };
}

const root = resolve(import.meta.dirname, '..');
const reports = join(root, 'test-results', 'reports');

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;

const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

const vitestFailures = (files: readonly VitestFile[]): string[] =>
  files.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length > 0) return failed.map(({ fullName }) => `${file} › ${fullName}`);
    return message === '' ? [] : [`${file}: ${message}`];
  });

const playwrightFailures = (suites: readonly PlaywrightSuite[]): string[] =>
  suites.flatMap(({ specs, suites: inner = [] }) => [
    ...specs.filter(({ ok }) => !ok).map(({ file, title }) => `${file} › ${title}`),
    ...playwrightFailures(inner),
  ]);

const vitest = (name: string, env: NodeJS.ProcessEnv = {}, options: readonly string[] = []): Suite => ({
  name,
  run: (reportFile) => ({
    exitCode: run(
      tool('vitest'),
      [
        ...['run', '--project', name, ...options],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      ],
      env,
    ),
    read: (report) => {
      const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
        JSON.parse(report);
      return {
        passed: numPassedTests,
        failed: numFailedTests,
        skipped: numPendingTests + numTodoTests,
        failures: vitestFailures(testResults),
      };
    },
  }),
});

const playwright = (name: string): Suite => ({
  name,
  run: (reportFile) => ({
    exitCode: run(tool('playwright'), ['test', '--project', name, '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile,
    }),
    read: (report) => {
      const { stats, suites } = JSON.parse(report);
      return {
        passed: stats.expected,
        failed: stats.unexpected + stats.flaky,
        skipped: stats.skipped,
        failures: playwrightFailures(suites),
      };
    },
  }),
});

const suites: readonly Suite[] = [
  vitest('architecture'),
  vitest('unit', {}, ['--coverage']),
  vitest('contracts'),
  vitest('integration'),
  // `npm run test:fuzz` makes ten times as many.
  vitest('fuzz', {
    FUZZ_CASES: process.env.FUZZ_CASES ?? '10000',
    FUZZ_TAMPERS: process.env.FUZZ_TAMPERS ?? '1000',
    FUZZ_PARTS: process.env.FUZZ_PARTS ?? '1000',
    FUZZ_TRANSFERS: process.env.FUZZ_TRANSFERS ?? '1000',
  }),
  // `npm run test:crash` runs the whole.
  vitest('crash', { CRASH_SHARE: process.env.CRASH_SHARE ?? '0.04' }),
  ...['renderer', 'e2e', 'electron'].map(playwright),
  vitest('interop'),
];

/** A suite that ends badly without a failed test (a crash, no report) counts as one failure. */
const tallyOf = (suite: Suite): Tally => {
  const reportFile = join(reports, `${suite.name}.json`);
  process.stdout.write(`\n── ${suite.name}\n`);
  const { exitCode, read } = suite.run(reportFile);
  let tally: Tally;
  try {
    tally = read(readFileSync(reportFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [`${suite.name}: it left no report`] };
  }
  if (exitCode === 0 || tally.failed > 0) return tally;
  return { ...tally, failed: 1, failures: [...tally.failures, `${suite.name}: it ended with ${exitCode}`] };
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no suite ${unknown.join(', ')}. Suites: ${suites.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const prepared =
  run(tool('electron-vite'), ['build', '--logLevel', 'warn']) === 0 &&
  run(process.execPath, ['scripts/ensureChromium.ts']) === 0;
if (!prepared) process.exit(1);

const durations: string[] = [];
const timed = (suite: Suite): Tally => {
  const startedAtMs = performance.now();
  const tally = tallyOf(suite);
  durations.push(`${suite.name} ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  return tally;
};

const total = suites
  .filter(({ name }) => chosen.length === 0 || chosen.includes(name))
  .map(timed)
  .reduce((sum, tally) => ({
    passed: sum.passed + tally.passed,
    failed: sum.failed + tally.failed,
    skipped: sum.skipped + tally.skipped,
    failures: [...sum.failures, ...tally.failures],
  }));

console.log(`\n${durations.join(' · ')}`);
for (const failure of total.failures) console.log(`failed: ${failure}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
