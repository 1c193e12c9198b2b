import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiHead, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { RawConnection, statusesOf } from './rawClient.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const head = (requestLine: string, ...lines: string[]): string => apiHead(world, requestLine, ...lines);

const reached = (): string[] => world.upstream.requests.map(({ target }) => target).sort();

describe('an attacker who hides a request', () => {
  it('behind a framing that is refused gets the refusal and no more', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(
      `${head('POST /api/a HTTP/1.1', 'Transfer-Encoding: identity, chunked')}0\r\n\r\n${head('GET /api/hidden HTTP/1.1')}`,
    );
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['400']);
    expect(connection.received).toContain('Connection: close');
    expect(reached()).toEqual([]);
  });

  it('behind a request that waits for its 100 gets the refusal and no more', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(
      `${head('POST /../a HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 4')}BODY${head('GET /api/hidden HTTP/1.1')}`,
    );
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['400']);
    expect(reached()).toEqual([]);
  });

  it('behind one that asks to close gets the answer to that one', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(head('GET /api/a HTTP/1.1', 'Connection: close') + head('GET /api/hidden HTTP/1.1'));
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['200']);
    expect(reached()).toEqual(['/api/a']);
  });
});

describe('a body that turns out to be no HTTP', () => {
  const badChunk = '5\r\nhelloXX';

  it('gets no second reply when its request was refused already', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(head('OPTIONS /api/a HTTP/1.1', 'Transfer-Encoding: chunked'));
    await connection.waitFor('METHOD_FORBIDDEN');
    connection.write(badChunk);
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['403']);
  });

  it('is refused in our form while its request waits for an answer', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(head('POST /api/a HTTP/1.1', 'Transfer-Encoding: chunked') + badChunk);
    await connection.waitFor('MALFORMED_REQUEST');
    expect(statusesOf(connection)).toEqual(['400']);
    expect(connection.received).toContain('Connection: close');
    connection.socket.destroy();
    expect(await world.nextRecord()).toMatchObject({ status: 400, refusal: 'MALFORMED_REQUEST' });
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('does not keep what came whole before it from being answered', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(`${head('GET /api/a HTTP/1.1')}nonsense\r\n\r\n`);
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['200', '400']);
    expect(reached()).toEqual(['/api/a']);
  });
});

describe('a refusal', () => {
  it('is seen by a tool that sends all it has before it reads', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.socket.pause();
    connection.write(head('POST /api/a HTTP/1.1', 'Content-Length: 32000000', 'Expect: the moon'));
    await new Promise<void>((resolve) => connection.socket.end('x'.repeat(32_000_000), () => resolve()));
    connection.socket.resume();
    await connection.closed;
    expect(connection.error).toBeNull();
    expect(statusesOf(connection)).toEqual(['417']);
  });
});

describe('a tool that goes away', () => {
  it('in the middle of its body is no bug of ours', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(`${head('POST /api/a HTTP/1.1', 'Content-Length: 10')}half`);
    connection.socket.end();
    expect(await world.nextRecord()).toMatchObject({ status: 499, refusal: null });
    expect(world.logger.text).toBe('');
  });
});

describe('the activity', () => {
  it('names the path that was forwarded, also of an absolute form without any', async () => {
    const connection = new RawConnection(world.apiPort);
    connection.write(head(`GET http://127.0.0.1:${world.apiPort}?q HTTP/1.1`));
    expect(await world.nextRecord()).toMatchObject({ path: '/', status: 200 });
    connection.socket.destroy();
    expect(world.upstream.only.target).toBe('/?q');
  });
});
