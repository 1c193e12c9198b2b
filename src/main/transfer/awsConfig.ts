import { basename, dirname, join } from 'node:path';
import { readLocalFile } from '../files/localFile.ts';
import { endpointsIn } from './sources/awsCredentials.ts';
import { MAX_SOURCE_BYTES, textOf } from './sources/detect.ts';
import type { Source } from './sources/source.ts';

const endpointsBeside = async (path: string): Promise<ReadonlyMap<string, string>> => {
  try {
    const bytes = await readLocalFile(join(dirname(path), 'config'), MAX_SOURCE_BYTES);
    const text = textOf(bytes);
    // It may hold keys too.
    bytes.fill(0);
    return endpointsIn(text);
  } catch {
    // It only helps: without it the endpoints are unknown.
    return new Map();
  }
};

/** The AWS tools keep keys in `credentials` and where they are for in `config` beside it. */
export const withAwsConfig = async (path: string, source: Source): Promise<Source> => {
  if (basename(path) !== 'credentials') return source;
  const endpoints = await endpointsBeside(path);
  const found = source.found.map((one) => ({
    ...one,
    endpoint: one.endpoint ?? endpoints.get(one.name) ?? null,
  }));
  return { ...source, found };
};
