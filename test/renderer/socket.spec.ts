import type { WebSocketRoute } from '@playwright/test';
import type { WireMessage } from '../../src/shared/wire.ts';
import { expect, test } from '../helpers/rendererPage.ts';

const outputs: Readonly<Record<string, unknown>> = {
  'vault.slots': { slots: ['passphrase'] },
  'app.info': { version: '0.1.0', host: 'browser', home: '/h', keychain: null, clipboard: 'page' },
  'app.status': { vault: 'locked', due: [], notices: [], api: null, s3: null },
};

/** The host's end of the line, by hand. */
const answer = (socket: WebSocketRoute): void => {
  socket.onMessage((text) => {
    const { id, call } = JSON.parse(String(text)) as { id: number; call: string };
    const output = outputs[call];
    const reply: WireMessage =
      output === undefined
        ? { id, ok: false, error: { code: 'WRONG_PASSPHRASE', message: 'No.', hint: 'Try again.' } }
        : { id, ok: true, output };
    socket.send(JSON.stringify(reply));
  });
};

test('without a preload the window speaks to its host over a socket, says when it is lost and comes back', async ({
  page,
  origin,
}) => {
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/ws$/, (socket) => {
    sockets.push(socket);
    answer(socket);
  });
  await page.goto(origin);
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
  await page.getByLabel('Passphrase').fill('x');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toContainText('WRONG_PASSPHRASE');

  await sockets[0]?.close();
  await expect(page.getByText('Connection lost.')).toBeVisible();
  await expect(page.getByText('Connection lost.')).toHaveCount(0);
  expect(sockets).toHaveLength(2);

  sockets[1]?.send(JSON.stringify({ event: 'vault.changed', payload: { state: 'absent' } }));
  await expect(page.getByRole('heading', { name: 'Welcome to nfyio Vault' })).toBeVisible();
});
