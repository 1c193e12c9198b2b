import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atPlace } from '../../../../src/main/rollout/places/boundHttp.ts';
import { vaultPlace } from './remotePlaces.ts';

const { peer } = vaultPlace();
beforeEach(() => peer.start());
afterEach(() => peer.stop());

describe('a conversation with a place', () => {
  it('is with its own origin alone', async () => {
    for (const elsewhere of ['http://localhost', 'https://127.0.0.1', `${peer.url}@localhost`]) {
      const asking = atPlace(peer.url, {}, (ask) => ask({ method: 'GET', url: elsewhere, headers: {} }));
      await expect(asking).rejects.toThrow('another origin');
    }
  });

  it('has half a minute for all of its requests together', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    await atPlace(peer.url, {}, async (ask) => {
      for (let round = 0; round < 3; round += 1)
        expect((await ask({ method: 'GET', url: peer.url, headers: {} })).status).toBe(400);
    });
    expect(timeout.mock.calls).toEqual([[30_000]]);
    timeout.mockRestore();
  });
});
