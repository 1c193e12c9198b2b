import { readFileSync, writeFileSync } from 'node:fs';

/** What Linux tells of a process; elsewhere these numbers are not measured. */
export const canReadUsage = process.platform === 'linux';

const TICKS_PER_SECOND = 100;

/** Of the process and of those it has started. */
export const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold spaces; behind it the fields are numbered from the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return (
    (userTicks + systemTicks) / TICKS_PER_SECOND +
    children.reduce((sum, child) => sum + cpuSeconds(Number(child)), 0)
  );
};

export const residentBytes = (pid: number): number => memoryBytes(pid, 'VmRSS');

/** The most that was resident at any moment of the work: kept by the kernel, not sampled. */
export const peakResidentBytes = async (pid: number, work: () => Promise<unknown>): Promise<number> => {
  // Writing 5 here makes the kernel start its peak anew.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  await work();
  return memoryBytes(pid, 'VmHWM');
};

const memoryBytes = (pid: number, field: 'VmRSS' | 'VmHWM'): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status) ?? [];
  return Number(kibibytes) * 1024;
};
