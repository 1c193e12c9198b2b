import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { parseReply, RawConnection, requestBytes, send } from './rawClient.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const headers = { Authorization: `Bearer ${localToken}` };

/** Between these turns of the loop the reply arrives here, lies there whole, and is written to the tool. */
const turnsAfterReply = [0, 1, 2, 3, 4];

const inTurns = (count: number, act: () => void): void => {
  if (count === 0) act();
  else setImmediate(() => inTurns(count - 1, act));
};

interface Interruption {
  /** The tool already had something of its reply. */
  readonly wasAnswered: boolean;
  readonly tool: RawConnection;
}

/** Lets the upstream answer at once and whole, and acts so many turns later. */
const interrupt = (turns: number, act: (tool: RawConnection) => void): Promise<Interruption> =>
  new Promise((resolve) => {
    const tool = new RawConnection(world.apiPort);
    world.upstream.answer = (_, outgoing) => {
      outgoing.end('whole');
      inTurns(turns + 1, () => {
        const wasAnswered = tool.received !== '';
        act(tool);
        void tool.closed.then(() => resolve({ wasAnswered, tool }));
      });
    };
    tool.write(requestBytes(world.apiPort, { target: '/api/a', headers }));
  });

/** What the tool must have: the whole reply where it had begun, and the refusal otherwise. */
const heard = async (turns: number, act: () => void): Promise<number> => {
  const { wasAnswered, tool } = await interrupt(turns, act);
  const reply = parseReply(tool.received);
  if (wasAnswered) expect(reply.body).toContain('whole');
  else expect(reply.body).not.toContain('whole');
  return reply.status;
};

const restart = async (): Promise<void> => {
  await world.stop();
  world = await startProxyWorld();
};

describe('a reply that lies there whole, to be written at the end of the turn', () => {
  it('is not given out any more when the vault is locked in just that turn', async () => {
    const statuses: number[] = [];
    for (const turns of turnsAfterReply) {
      statuses.push(await heard(turns, () => world.proxy.abortAll()));
      expect(world.records.at(-1)?.refusal).toBe(statuses.at(-1) === 423 ? 'VAULT_LOCKED' : null);
    }
    expect([...new Set(statuses)].sort()).toEqual([200, 423]);
  });

  it('is not given out any more when its connection is revoked in just that turn', async () => {
    const statuses: number[] = [];
    for (const turns of turnsAfterReply) {
      const revoke = (): void => {
        world.grants.api = { ...world.grants.api, connectionId: 'another' };
        world.proxy.abortRevoked();
      };
      statuses.push(await heard(turns, revoke));
      await restart();
    }
    expect([...new Set(statuses)].sort()).toEqual([200, 403]);
  });

  it('is given out when the host stops in just that turn', async () => {
    for (const turns of turnsAfterReply) {
      let stopped: Promise<void> | undefined;
      const { tool } = await interrupt(turns, () => {
        stopped = world.proxy.stop(10_000);
      });
      await stopped;
      expect(parseReply(tool.received)).toMatchObject({ status: 200 });
      expect(tool.received).toContain('whole');
      await restart();
    }
  });

  it('is for nobody when the tool leaves in just that turn, and that is no bug', async () => {
    for (const turns of turnsAfterReply) {
      const { wasAnswered } = await interrupt(turns, (tool) => tool.socket.destroy());
      const { status, refusal } = await world.nextRecord();
      expect(refusal).toBeNull();
      if (wasAnswered) expect(status).toBe(200);
      else expect([200, 499]).toContain(status);
    }
    expect(world.logger.lines).toEqual([]);
    world.upstream.answer = (_, outgoing) => outgoing.end('the next');
    expect((await send(world.apiPort, { target: '/api/a', headers })).body).toContain('the next');
  });

  it('is given out when the upstream ends its connection in just that turn', async () => {
    for (const turns of turnsAfterReply) {
      const { tool } = await interrupt(turns, () => {
        for (const socket of world.upstream.sockets) socket.resetAndDestroy();
      });
      expect(tool.received).toContain('whole');
    }
  });
});
