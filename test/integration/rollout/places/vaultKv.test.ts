import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { vaultKvWriter } from '../../../../src/main/rollout/places/vaultKv.ts';
import { failureOf, newKey, values, vaultPlace } from './remotePlaces.ts';

const remote = vaultPlace();
const { peer } = remote;
const path = 'app/storage';
beforeEach(async () => {
  await peer.start();
  peer.versions.clear();
  peer.namespace = null;
  peer.isSealed = false;
  peer.fault = () => null;
  peer.requests.length = 0;
});
afterEach(() => peer.stop());

const writer = vaultKvWriter();
const access = (): Secret => Secret.of(peer.token);
const write = (changes: object = {}) => writer.write({ ...remote.place(), ...changes }, values(), access());
const ours = { AWS_ACCESS_KEY_ID: newKey.id, AWS_SECRET_ACCESS_KEY: newKey.secret };
const isPost = ({ method }: { method: string }): boolean => method === 'POST';

describe('a secret of HashiCorp Vault', () => {
  it('is made where there was none, and only if there still is none', async () => {
    await write();
    expect(peer.latest(path)).toEqual(ours);
    const sent = JSON.parse(peer.requests.find(isPost)?.body.toString() ?? '');
    expect(sent.options).toEqual({ cas: 0 });
  });

  it('keeps its other fields, whatever they are', async () => {
    const others = { note: 'ä"\\', port: 8333, ratio: 0.1, nested: { deep: [1, null, true] }, empty: '' };
    peer.set(path, { ...others, AWS_ACCESS_KEY_ID: 'old' });
    await write();
    expect(peer.latest(path)).toEqual({ ...others, ...ours });
  });

  it('with a number that JavaScript cannot keep is not touched', async () => {
    peer.fault = ({ method }) =>
      method === 'GET'
        ? {
            status: 200,
            body: '{"data":{"data":{"id":12345678901234567890},"metadata":{"version":3}}}',
            headers: { 'content-type': 'application/json' },
          }
        : null;
    expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
    expect(peer.requests.filter(isPost)).toEqual([]);
  });

  it('that was deleted gets a new version, on top of the deleted one', async () => {
    peer.set(path, { old: 'field' });
    peer.delete(path);
    await write();
    expect(peer.latest(path)).toEqual(ours);
    expect(peer.versions.get(path)).toHaveLength(2);
  });

  it('that somebody writes to at the same moment keeps what they wrote', async () => {
    peer.set(path, { theirs: 'before' });
    let isFirst = true;
    peer.fault = ({ method }) => {
      if (method === 'POST' && isFirst) {
        isFirst = false;
        peer.set(path, { theirs: 'meanwhile' });
      }
      return null;
    };
    expect(await write()).toEqual({ isVerified: true });
    expect(peer.latest(path)).toEqual({ theirs: 'meanwhile', ...ours });
  });

  it('that somebody writes to over and over is given up on', async () => {
    peer.fault = ({ method }) => {
      if (method === 'POST') peer.set(path, { theirs: peer.requests.length });
      return null;
    };
    expect((await failureOf(write())).code).toBe('TARGET_CHANGED');
    expect(peer.requests.filter(isPost)).toHaveLength(2);
  });

  it('is found in its namespace', async () => {
    peer.namespace = 'team-a/eu';
    expect((await failureOf(write())).code).toBe('TARGET_MISSING');
    await write({ namespace: 'team-a/eu' });
    expect(peer.latest(path)).toEqual(ours);
    expect((await failureOf(write({ namespace: 'a\r\nx: y' }))).code).toBe('INVALID_INPUT');
  });

  it('is found below a path of the address, and with every character in its own path', async () => {
    await write({ path: 'ä b/c?d#e%2F' });
    expect(peer.latest('ä b/c?d#e%2F')).toEqual(ours);
    peer.requests.length = 0;
    await failureOf(write({ url: `${peer.url}/below/here/` }));
    expect(peer.calls).toEqual([`GET /below/here/v1/team/kv/data/${path}`]);
  });

  it.each(['../sys/policy', 'a/../b', './a', 'a//b', '/a', 'a/', '..'])(
    'is not looked for at %s, which a URL would read as another path',
    async (odd) => {
      expect((await failureOf(write({ path: odd }))).code).toBe('INVALID_INPUT');
      expect((await failureOf(write({ mount: odd }))).code).toBe('INVALID_INPUT');
      expect(peer.requests).toEqual([]);
    },
  );

  it('of a mount that is not there is missing', async () => {
    expect((await failureOf(write({ mount: 'other' }))).code).toBe('TARGET_MISSING');
  });

  it('is refused to another token', async () => {
    const error = await failureOf(writer.write(remote.place(), values(), Secret.of('hvs.other')));
    expect(error).toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining('403') });
  });

  it('cannot be reached while Vault is sealed', async () => {
    peer.isSealed = true;
    const error = await failureOf(write());
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', message: expect.stringContaining('503') });
  });

  it('that is not an object of fields is not touched', async () => {
    peer.fault = () => ({ status: 200, body: { data: { data: ['a'], metadata: { version: 1 } } } });
    expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
    expect(peer.requests.filter(isPost)).toEqual([]);
  });

  it('in a mount of version 1, which answers a write with nothing, is not taken for written', async () => {
    peer.fault = ({ method }) => (method === 'POST' ? { status: 204 } : null);
    expect((await failureOf(write())).code).toBe('TARGET_UNREADABLE');
  });

  it('may have fields with the names that every JavaScript object has', async () => {
    const odd = ['__proto__', 'constructor', 'toString'].map((name) => ({ name, value: Secret.of(name) }));
    expect(await writer.preview(remote.place(), odd, access())).toEqual(
      odd.map(({ name }) => ({ name, change: 'add' })),
    );
    await writer.write(remote.place(), odd, access());
    const sent = peer.requests.find(isPost)?.body.toString() ?? '';
    expect(sent).toContain(
      '"data":{"__proto__":"__proto__","constructor":"constructor","toString":"toString"}',
    );
  });
});
