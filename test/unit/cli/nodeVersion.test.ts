import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isNodeRecent, MINIMUM_NODE } from '../../../src/cli/nodeVersion.ts';
import { errorTable } from '../../../src/shared/errorCodes.ts';
import { projectRoot } from '../../helpers/sourceFiles.ts';

it.each([
  ['20.20.2', false],
  ['22.9.0', false],
  ['22.19.0', true],
  ['23.0.0', true],
  ['24.21.0', true],
])('Node %s may run a host: %s', (version, expected) => {
  expect(isNodeRecent(version)).toBe(expected);
});

it('asks for the Node that the HTTP client asks for, in the same words everywhere', () => {
  const { engines } = JSON.parse(readFileSync(join(projectRoot, 'node_modules/undici/package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${MINIMUM_NODE}.0`);
  expect(errorTable.NODE_TOO_OLD.try).toContain(`Node ${MINIMUM_NODE} `);
});
