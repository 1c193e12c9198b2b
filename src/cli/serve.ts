import packageJson from '../../package.json' with { type: 'json' };
import { type App, createApp } from '../main/app.ts';
import { outliveFileSizeLimit } from '../main/node/fileSizeLimit.ts';
import { hostPorts } from '../main/node/hostPorts.ts';
import { sweepMemoryOnLock } from '../main/node/memorySweep.ts';
import { openFileLimit } from '../main/node/openFileLimit.ts';
import { systemClock } from '../main/node/systemClock.ts';
import { type BrowserHost, serveBrowserHost } from '../main/transports/browserHost.ts';
import { type ControlSocket, serveControlSocket } from '../main/transports/controlSocket.ts';
import { loadRendererFiles } from '../main/transports/rendererFiles.ts';
import type { Call } from './client.ts';
import { attentionWords, type ServeOptions } from './commands/host.ts';
import { headlessPorts } from './headlessPorts.ts';
import type { Invocation } from './invocation.ts';
import { remark, WireFailure } from './output.ts';
import { askNewPassphrase, givenPassphrase } from './passphrase.ts';
import { findRendererFolder } from './rendererFolder.ts';
import { onStopSignal } from './stopSignals.ts';
import { formatFields } from './table.ts';
import { unlock } from './unlock.ts';

/** The headless host, and the browser host: the App behind a control socket and, with --ui, behind a window. */

const callOf =
  (app: App): Call =>
  async (name, input) => {
    const answer = await app.router.answer(name, input);
    if (!answer.ok) throw new WireFailure(answer.error);
    // The router has parsed it against the contract.
    return answer.output as never;
  };

const vaultWords = {
  absent: 'not made yet: the window asks for a passphrase',
  locked: 'locked: the window asks for the passphrase',
  unlocked: 'unlocked',
} as const;

/** @returns false when the passphrase is left to the window */
const openVault = async (call: Call, given: string | undefined, options: ServeOptions): Promise<boolean> => {
  const { vault } = await call('app.status', {});
  if (vault === 'unlocked') return true;
  if (given === undefined && options.ui) return false;
  if (vault === 'absent') await call('vault.create', { passphrase: given ?? (await askNewPassphrase()) });
  else await unlock(call, given, options);
  return true;
};

/** Starts the sandbox now, or as soon as the window has opened the vault. */
const startSandbox = async (app: App, call: Call, isOpen: boolean) => {
  if (isOpen) return (await call('sandbox.start', {})).sandbox;
  const unsubscribe = app.subscribe((name) => {
    if (name !== 'vault.changed') return;
    void call('app.status', {})
      .then(async ({ vault }) => {
        if (vault !== 'unlocked') return;
        unsubscribe();
        await call('sandbox.start', {});
      })
      .catch((error: unknown) =>
        remark(error instanceof WireFailure ? error.message : 'The sandbox did not start.'),
      );
  });
  return null;
};

export const serve = async (invocation: Invocation, options: ServeOptions): Promise<void> => {
  const { home, isJson } = invocation;
  const hasWindow = options.ui === true;
  let given = await givenPassphrase(invocation.passphraseFile);
  const files = hasWindow ? await loadRendererFiles(findRendererFolder()) : null;

  let requestStop = (): void => undefined;
  const stopRequested = new Promise<void>((resolve) => {
    requestStop = resolve;
  });
  const { uiPort, ...ports } = hostPorts(options);
  const { logger, ...otherPorts } = await headlessPorts(home, options.noticeCommand);
  const app = createApp(
    { logger, ...otherPorts },
    {
      ...ports,
      home,
      version: packageJson.version,
      openFiles: openFileLimit(),
      host: hasWindow ? 'browser' : 'headless',
      onStopRequested: requestStop,
    },
  );
  const call = callOf(app);
  let control: ControlSocket | null = null;
  let browser: BrowserHost | null = null;
  onStopSignal(requestStop);
  sweepMemoryOnLock(app, systemClock);
  outliveFileSizeLimit();

  try {
    await app.start();
    control = await serveControlSocket({ home, app, logger });
    const isOpen = await openVault(call, given, options);
    // Not kept for as long as the host runs.
    given = undefined;
    const sandbox = options.sandbox ? await startSandbox(app, call, isOpen) : null;
    if (files !== null) browser = await serveBrowserHost({ app, logger, files, port: uiPort });
    const { api, s3, notices, vault, attention } = await call('app.status', {});
    for (const notice of [...notices, ...attentionWords(attention)]) remark(notice);
    const ui = browser?.newLink() ?? null;
    invocation.answer({ ready: true, pid: process.pid, api, s3, ui, sandbox }, () =>
      formatFields({
        'API listener': api,
        'S3 listener': s3,
        sandbox: sandbox === null ? null : `${sandbox.api}, ${sandbox.s3}`,
        vault: vaultWords[vault],
        'window (opens once)': ui,
      }),
    );
    if (!isJson) remark('Ready. Stop with Ctrl-C or `nfyio-vault stop`.');
    await stopRequested;
  } finally {
    // The socket goes before the home lock does; who asked for the stop is told when all has ended.
    control?.stopListening();
    await browser?.close();
    await app.stop();
    control?.close();
  }
};
