import { cpus, release, type } from 'node:os';

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A target and what was measured against it, both as they are to be read. */
export interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

export interface PartReport {
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
  /** What a reader must know to judge the numbers. */
  readonly notes: readonly string[];
}

export const formatTable = ({ title, columns, rows }: Table): string => {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line)].join('\n');
};

const verdictTable = (verdicts: readonly Verdict[]): Table => ({
  title: 'Targets',
  columns: ['target', 'measured', ''],
  rows: verdicts.map(({ target, measured, isMet }) => [target, measured, isMet ? 'met' : 'MISSED']),
});

export const formatPart = ({ tables, verdicts, notes }: PartReport): string =>
  [
    ...tables.map(formatTable),
    ...(verdicts.length === 0 ? [] : [formatTable(verdictTable(verdicts))]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');

export interface Surroundings {
  readonly date: Date;
  readonly programs: readonly string[];
  /** Of the minute before: what else ran takes from every number. */
  readonly loadAverage: number;
}

export const formatReport = (
  parts: readonly (readonly [title: string, report: PartReport])[],
  { date, programs, loadAverage }: Surroundings,
): string => {
  const processors = cpus();
  return [
    '# Benchmark results',
    'Written by `npm run bench`; run it to get the numbers of your own machine. Everything compared was measured in one run, side by side, with the load and the upstream in processes of their own.',
    [
      `- Date: ${date.toISOString().slice(0, 10)}`,
      `- Machine: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${type()} ${release()}; load average before the run ${loadAverage.toFixed(1)}`,
      `- Programs: ${programs.join(', ')}`,
    ].join('\n'),
    formatTable({
      ...verdictTable(parts.flatMap(([, { verdicts }]) => verdicts)),
      title: 'All targets',
    }).replace('###', '##'),
    ...parts.map(([title, report]) => `## ${title}\n\n${formatPart({ ...report, verdicts: [] })}`),
    '',
  ].join('\n\n');
};
