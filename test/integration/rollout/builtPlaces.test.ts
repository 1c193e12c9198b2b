import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectVault, type VaultClient } from '../../../src/cli/client.ts';
import type { CallOutput } from '../../../src/shared/contract/contract.ts';
import type { TargetPlace } from '../../../src/shared/contract/rollout.ts';
import { filesBelow, findCanaries } from '../../helpers/canary.ts';
import { TestHome } from '../../helpers/servedVault.ts';
import { awsPlace, gcpPlace, githubPlace, vaultPlace } from './places/remotePlaces.ts';

const home = new TestHome();
const [vault, aws, gcp, github] = [vaultPlace(), awsPlace(), gcpPlace(), githubPlace()];
const places = [vault, aws, gcp, github];
let client: VaultClient;
let apiUrl: string;
beforeAll(async () => {
  for (const { peer } of places) await peer.start();
  const ready = await home.serve(['--sandbox'], {
    DEBUG: '*',
    GOOGLE_SDK_NODE_LOGGING: '*',
    NODE_DEBUG: 'undici,fetch,http,https,net,tls',
  });
  apiUrl = ready.sandbox?.api ?? '';
  client = await connectVault(home.home);
  await client.call('token.create', {
    ...{ workspace: 'sandbox', name: 'ci', scope: 'read', expireDays: 30, route: '/api/*' },
  });
});
afterAll(async () => {
  client.close();
  await home.remove();
  for (const { peer } of places) await peer.stop();
});

const add = (place: TargetPlace, access: string): Promise<CallOutput<'target.add'>> =>
  client.call('target.add', { credential: 'ci', place, access });
const targets = async () => (await client.call('target.list', {})).targets;
const works = async (token: string): Promise<boolean> =>
  (await fetch(`${apiUrl}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } })).ok;
/** What each place holds under the usual name. */
const held = (): string[] => [
  ...[vault, aws, gcp].map(({ fields }) => (fields() as { token: string }).token),
  github.peer.opened('NFYIO_TOKEN') ?? '',
];

describe('the built program', () => {
  it('writes a token to every remote place with the client that it carries for it', async () => {
    for (const [remote, isVerified] of [
      [vault, true],
      [aws, true],
      [gcp, true],
      [github, false],
    ] as const) {
      const { target, changes } = await add(remote.place(), remote.access);
      expect(changes).toMatchObject([{ change: 'add' }]);
      const written = await client.call('target.write', { id: target.id });
      expect(written.target.state).toMatchObject({ kind: 'current', isVerified });
    }
    const [token = ''] = held();
    expect(held()).toEqual([token, token, token, token]);
    expect(await works(token)).toBe(true);
  });

  it('says what a place answered, and not what it was asked with', async () => {
    const attempt = add({ ...vault.place(), path: 'other' }, 'hvs.another-token');
    await expect(attempt).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringMatching(/answered 403\.$/),
    });
    expect(await targets()).toHaveLength(4);
  });

  it('leaves nothing readable of it in its files and in what it says', () => {
    const [token = ''] = held();
    const searched = {
      token,
      ...{ vault: vault.peer.token, github: github.peer.token, aws: aws.peer.secretAccessKey },
      google: gcp.secrets.oneLineOfIt,
    };
    const said = new Map([['output', Buffer.from(home.transcript.join('\n'))]]);
    expect(filesBelow(home.home).size).toBeGreaterThan(0);
    expect(findCanaries(new Map([...filesBelow(home.home), ...said]), searched)).toEqual([]);
  });
});
