import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxWorld, startSandboxWorld } from './sandboxWorld.ts';

let world: SandboxWorld;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.stop());

const everyByte = Array.from({ length: 0xff }, (_, index) => index + 1);
const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
/** As S3 writes a key in a path: RFC 3986, `/` plain. */
const inPath = (byte: number): string => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~/]/.test(character) ? character : percent(byte);
};

it('round-trips an object key with any byte in it', async () => {
  const body = [Buffer.from('data')];
  for (const byte of everyByte) {
    const target = `/demo/k${inPath(byte)}y`;
    const named = percent(byte);
    const put = await world.sendSigned({ target, body });
    expect([named, put.status]).toEqual([named, 200]);
    expect(world.objectKeys()).toEqual([`k${String.fromCharCode(byte)}y`]);
    const got = await world.sendSigned({ method: 'GET', target });
    expect([named, got.status, got.body.toString()]).toEqual([named, 200, 'data']);
    const head = await world.sendSigned({ method: 'HEAD', target });
    expect([named, head.status, head.headers['content-length']]).toEqual([named, 200, '4']);
    const list = await world.sendSigned({
      method: 'GET',
      target: '/demo?encoding-type=url&list-type=2&prefix=k',
    });
    const [, key = ''] = /<Key>([^<]*)<\/Key>/.exec(list.body.toString()) ?? [];
    expect([named, key.replaceAll('%2F', '/').replaceAll('+', '%20')]).toEqual([named, `k${inPath(byte)}y`]);
    const gone = await world.sendSigned({ method: 'DELETE', target });
    expect([named, gone.status]).toEqual([named, 204]);
  }
  expect(world.objectKeys()).toEqual([]);
});
