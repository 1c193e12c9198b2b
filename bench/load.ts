import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runProcess } from './childServer.ts';
import { findProgram } from './findProgram.ts';
import type { Headers } from './localSignature.ts';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Headers;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const wrk = findProgram('wrk');
export const loadProgram = wrk === null ? 'own load generator (wrk is not installed)' : 'wrk';

/** Sends the same GET over kept connections, as fast as it is answered, from another process. */
export const putUnderLoad = (load: Load): Promise<LoadResult> =>
  wrk === null ? runProcess<LoadResult>('loadGenerator.ts', load) : runWrk(wrk, load);

const runWrk = async (program: string, { port, path, headers, connections, seconds }: Load) => {
  const headerArguments = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await promisify(execFile)(program, [
    ...[
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '--latency',
      '--timeout',
      '20s',
      ...headerArguments,
    ],
    `http://127.0.0.1:${port}${path}`,
  ]);
  const failed = /Non-2xx or 3xx responses: .*|Socket errors: .*/.exec(stdout);
  if (failed !== null) throw new Error(`the load was not answered well: ${failed[0]}`);
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50Ms: latencyMs(stdout, '50%'),
    p99Ms: latencyMs(stdout, '99%'),
  };
};

const msOfUnit: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

const latencyMs = (output: string, share: string): number => {
  const [, value = '', unit = ''] = new RegExp(`${share}\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? [];
  return Number(value) * (msOfUnit[unit] ?? Number.NaN);
};
