import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../test/helpers/sourceFiles.ts';

interface Place {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Place }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  /** Of the time that was not idle, from 0 to 1. */
  readonly share: number;
}

/** Where the process spent its own time, by function and by the room the function lives in; the most first. */
export const selfTimes = (profile: CpuProfile): { functions: SelfTime[]; rooms: SelfTime[] } => {
  const { nodes, samples, timeDeltas } = profile;
  const places = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const rooms = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const place = places.get(id);
    const time = timeDeltas[index] ?? 0;
    if (place === undefined || place.functionName === '(idle)') continue;
    busy += time;
    const { path, room } = locate(place);
    add(functions, `${place.functionName || '(anonymous)'} ${path}`.trim(), time);
    add(rooms, room, time);
  }
  return { functions: ranked(functions, busy), rooms: ranked(rooms, busy) };
};

const add = (sums: Map<string, number>, name: string, value: number): unknown =>
  sums.set(name, (sums.get(name) ?? 0) + value);

const ranked = (sums: ReadonlyMap<string, number>, whole: number): SelfTime[] =>
  [...sums]
    .map(([name, time]) => ({ name, share: time / whole }))
    .sort((one, other) => other.share - one.share);

const locate = ({ functionName, url, lineNumber, columnNumber }: Place): { path: string; room: string } => {
  if (functionName === '(garbage collector)') return { path: '', room: 'garbage collection' };
  if (url.startsWith('node:')) return { path: url, room: "Node's own JavaScript" };
  if (!url.startsWith('file:')) return { path: '', room: 'native code: sockets, parser, crypto' };
  const file = fileURLToPath(url);
  const source = sourceMapOf(file)?.findEntry(lineNumber, columnNumber);
  if (source === undefined || !('originalSource' in source)) return { path: file, room: 'the bundle' };
  const path = relative(projectRoot, resolve(dirname(file), source.originalSource));
  const [, room = path] = /^(node_modules\/[^/]+|src\/main\/[^/]+|src\/[^/]+)/.exec(path) ?? [];
  return { path, room };
};

const sourceMaps = new Map<string, SourceMap | null>();

const sourceMapOf = (file: string): SourceMap | null => {
  const known = sourceMaps.get(file);
  if (known !== undefined) return known;
  const map = existsSync(`${file}.map`)
    ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
    : null;
  sourceMaps.set(file, map);
  return map;
};
