import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
let endpoint: string;

beforeAll(async () => {
  await home.serve(['--sandbox']);
  ({ endpoint } = await home.connect('s3', 'a-tool', '--open', '--port', '0'));
});
afterAll(() => home.remove());

it('one signal lets an upload that is on its way end, and the host ends with 0', async () => {
  const upload = request(`${endpoint}/demo/on-its-way`, {
    method: 'PUT',
    headers: { 'Content-Length': 8, Expect: '100-continue', Connection: 'close' },
  });
  upload.flushHeaders();
  await new Promise((resolve) => upload.once('continue', resolve));
  upload.write('half');

  const ended = home.stop('SIGTERM');
  await expect
    .poll(() =>
      fetch(`${endpoint}/demo`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  const answered = new Promise<number | undefined>((resolve, reject) => {
    upload.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
  upload.end('full');
  expect(await answered).toBe(200);
  expect(await ended).toBe(0);
});
