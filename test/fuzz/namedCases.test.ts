import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../helpers/sourceFiles.ts';
import { ByteUpstream } from './byteUpstream.ts';
import { MARKER } from './draft.ts';
import { meet, type Outcome } from './meet.ts';
import { keyCases, refusedCases, toleratedCases } from './namedCases.ts';
import { isFromUpstream, isOwnForm } from './replies.ts';
import { StartedProxy } from './startedProxy.ts';

let upstream: ByteUpstream;
let proxy: StartedProxy;
beforeAll(async () => {
  upstream = new ByteUpstream();
  await upstream.start();
  proxy = await StartedProxy.start(upstream.origin);
});
beforeEach(() => {
  upstream.requests = [];
});
afterAll(async () => {
  await proxy.stop();
  await upstream.stop();
});

/** What reached the upstream to the end. A body that turns bad on its way is broken off there. */
const reached = (): string[] =>
  upstream.requests.filter(({ isComplete }) => isComplete).map(({ target }) => target);

const isRefused = (kind: 's3' | 'api', { received, replies }: Outcome): void => {
  expect(replies).toHaveLength(1);
  expect(replies.every((reply) => isOwnForm(reply, kind))).toBe(true);
  expect(replies[0]?.status).toBeLessThan(500);
  expect(received).not.toMatch(new RegExp(`${MARKER}|evil|access-control`, 'i'));
  expect(reached()).toEqual([]);
};

const isServed = ({ replies }: Outcome): void => {
  expect(replies.map(isFromUpstream)).toEqual([true]);
  expect(reached()).toHaveLength(1);
};

describe.each(['api', 's3'] as const)('on the %s listener, with a valid credential', (kind) => {
  it('a request that is not hostile is served', async () => {
    isServed(await meet(proxy, kind, () => undefined));
  });

  it.each(refusedCases)('$name is refused', async ({ damage }) => {
    isRefused(kind, await meet(proxy, kind, damage));
  });

  it.each(toleratedCases)('$name: tolerated', async ({ damage }) => {
    isServed(await meet(proxy, kind, damage));
    expect(
      upstream.requests.flatMap(({ headers }) => headers).filter(([name]) => name.includes('_')),
    ).toEqual([]);
    expect(upstream.requests.map(({ headBytes }) => headBytes).join()).not.toMatch(/evil|X-T/);
  });

  it.each(keyCases)(`$name: ${kind === 's3' ? 'a key like any other' : 'refused'}`, async ({ damage }) => {
    if (kind === 's3') isServed(await meet(proxy, kind, damage));
    else isRefused(kind, await meet(proxy, kind, damage));
  });
});

describe('the tolerated requests', () => {
  const tolerated = [...toleratedCases, ...keyCases];

  it('are few, and each is named in SECURITY.md', () => {
    expect(refusedCases.length).toBeGreaterThanOrEqual(52);
    expect(tolerated.length).toBeLessThanOrEqual(9);
    const document = readFileSync(join(projectRoot, 'SECURITY.md'), 'utf8');
    expect(tolerated.map(({ name }) => name).filter((name) => !document.includes(name))).toEqual([]);
  });
});
