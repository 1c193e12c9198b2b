import { afterAll, beforeAll, expect, it } from 'vitest';
import { findCanaries } from '../../helpers/canary.ts';
import { type Ready, TestHome } from '../../helpers/servedVault.ts';
import { awsPlace, gcpPlace, githubPlace, vaultPlace } from './places/remotePlaces.ts';

const home = new TestHome();
const [vault, aws, gcp, github] = [vaultPlace(), awsPlace(), gcpPlace(), githubPlace()];
const places = [vault, aws, gcp, github];
let ready: Ready;
beforeAll(async () => {
  for (const { peer } of places) await peer.start();
  ready = await home.serve(['--sandbox']);
  const token = ['token', 'create', '--workspace', 'sandbox', '--name', 'ci', '--scope', 'read'];
  await home.json([...token, '--days', '9']);
});
afterAll(async () => {
  await home.remove();
  for (const { peer } of places) await peer.stop();
});

const listed = async () => (await home.json(['target', 'list'])).targets;
const rotations = async () => (await home.json(['rotation', 'list'])).rotations;
const works = async (token: string): Promise<boolean> =>
  (await fetch(`${ready.sandbox?.api}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } })).ok;
const held = (): (string | undefined)[] => [
  ...[vault, aws, gcp].map(({ fields }) => (fields() as { token?: string } | null)?.token),
  github.peer.opened('NFYIO_TOKEN') ?? undefined,
];

it('each remote place is named by its own options, and what opens it comes from stdin', async () => {
  const { mount, path } = vault.place();
  const { region, secretId } = aws.place();
  const { project, secret } = gcp.place();
  for (const [remote, options] of [
    [vault, ['--vault-kv', vault.peer.url, '--mount', mount, '--path', path]],
    [aws, ['--aws-secret', secretId, '--region', region, '--endpoint', aws.peer.url]],
    [gcp, ['--gcp-secret', `${project}/${secret}`, '--endpoint', gcp.peer.url]],
    [github, ['--github-secret', 'ada/engine', '--api-url', github.peer.url]],
  ] as const) {
    const { target } = await home.json(
      ['target', 'add', '--credential', 'ci', ...options],
      `${remote.access}\n`,
    );
    expect(target).toMatchObject({ place: remote.place(), state: 'current', access: true });
  }
  const [token = ''] = held();
  expect(held()).toEqual([token, token, token, token]);
  expect(await works(token)).toBe(true);
});

it('a rotation waits for the one place that cannot be reached, and deletes the old token when it has learned the new one', async () => {
  const [old = ''] = held();
  vault.peer.isSealed = true;
  await home.json(['token', 'rotate', 'ci', '--drain', '1s']);
  await expect
    .poll(async () => (await listed()).map(({ state }: { state: string }) => state))
    .toEqual(['failed', 'current', 'current', 'current']);
  expect(await rotations()).toMatchObject([{ step: 'draining', pendingTargets: 1 }]);
  const [, token = ''] = held();
  expect(held()).toEqual([old, token, token, token]);
  expect([await works(old), await works(token)]).toEqual([true, true]);

  vault.peer.isSealed = false;
  const [{ id }] = await listed();
  await home.json(['target', 'write', id]);
  await expect.poll(rotations, { timeout: 10_000 }).toEqual([]);
  expect(held()).toEqual([token, token, token, token]);
  expect([await works(old), await works(token)]).toEqual([false, true]);
  const said = new Map([['output', Buffer.from(home.transcript.join('\n'))]]);
  const opening = Object.assign(
    {},
    ...places.map(({ secrets }, number) => ({ ...secrets, [number]: token })),
  );
  expect(findCanaries(said, { ...opening, old, vault: vault.peer.token, github: github.peer.token })).toEqual(
    [],
  );
});
