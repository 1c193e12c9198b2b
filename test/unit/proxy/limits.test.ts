import { expect, it } from 'vitest';
import { maxConnectionsWithin } from '../../../src/main/proxy/limits.ts';

it.each([
  [64, 12],
  [256, 108],
  [1_024, 492],
  [4_096, 3_032],
  [20_000, 12_000],
  [Number.POSITIVE_INFINITY, 12_000],
  [8, 1],
])('where %d files may be open, %d connections of tools may be', (openFiles, connections) => {
  expect(maxConnectionsWithin(openFiles)).toBe(connections);
});
