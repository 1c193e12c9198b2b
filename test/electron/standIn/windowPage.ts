import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { environment } from './environment.ts';
import { PAGE_ORIGIN } from './origin.ts';
import { createBridgeEnd, preparePage, runPreload } from './worlds.ts';

const PRELOAD_WORLD = 'electron-preload';
const BINDING = 'standInSend';

export interface PausedRequest {
  readonly url: string;
  readonly method: string;
  readonly isDocument: boolean;
  readonly isMainFrame: boolean;
}

export type RequestAnswer = Response | 'fail';

interface WindowPageOptions {
  readonly preload: string;
  readonly width: number;
  readonly height: number;
  answer(request: PausedRequest): Promise<RequestAnswer>;
  receive(message: { readonly id: number; readonly channel: string; readonly values: unknown[] }): void;
  onWindowOpen(url: string): void;
}

/** A page of a real Chromium, with the preload in a world of its own and every request in our hands. */
export interface WindowPage {
  readonly page: Page;
  /** Hands a message to the preload's world; lost when no document is there to hear it. */
  send(message: object): Promise<void>;
}

const browser = chromium.connectOverCDP(environment.chromium);

export const browserIsReady = async (): Promise<void> => void (await browser);

const injectWorlds = async (cdp: CDPSession, preload: string): Promise<void> => {
  const channel = randomUUID();
  const bridgeEnd = `(${createBridgeEnd})`;
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `(${preparePage})(${bridgeEnd}, '${channel}')`,
  });
  await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName: PRELOAD_WORLD,
    source: `(${runPreload})(${bridgeEnd}, '${channel}', (require, module, exports) => {${readFileSync(preload, 'utf8')}\n})`,
  });
};

const holdRequests = async (cdp: CDPSession, answer: WindowPageOptions['answer']): Promise<void> => {
  const { frameTree } = await cdp.send('Page.getFrameTree');
  cdp.on('Fetch.requestPaused', async ({ requestId, request, resourceType, frameId }) => {
    const reply = await answer({
      url: request.url,
      method: request.method,
      isDocument: resourceType === 'Document',
      isMainFrame: frameId === frameTree.frame.id,
    });
    const done =
      reply === 'fail'
        ? cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
        : cdp.send('Fetch.fulfillRequest', {
            requestId,
            responseCode: reply.status,
            responseHeaders: [...reply.headers].map(([name, value]) => ({ name, value })),
            body: Buffer.from(await reply.arrayBuffer()).toString('base64'),
          });
    // The page may have gone meanwhile.
    await done.catch(() => undefined);
  });
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
};

export const openWindowPage = async (options: WindowPageOptions): Promise<WindowPage> => {
  const [context] = (await browser).contexts();
  if (context === undefined) throw new Error('Chromium has no default context.');
  const page = await context.newPage();
  // Electron would never have made it: whatever the page opened is gone before it can show anything.
  context.on('page', (popup) => void popup.close().catch(() => undefined));
  const cdp = await context.newCDPSession(page);
  let preloadContext: string | undefined;
  cdp.on('Runtime.executionContextCreated', ({ context: created }) => {
    if (created.name === PRELOAD_WORLD && created.origin === PAGE_ORIGIN) preloadContext = created.uniqueId;
  });
  cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === BINDING) options.receive(JSON.parse(payload));
  });
  cdp.on('Page.windowOpen', ({ url }) => options.onWindowOpen(url));
  await cdp.send('Runtime.enable');
  await cdp.send('Page.enable');
  await injectWorlds(cdp, options.preload);
  await holdRequests(cdp, options.answer);
  return {
    page,
    send: async (message) => {
      if (preloadContext === undefined) return;
      const text = JSON.stringify(JSON.stringify(message));
      await cdp
        .send('Runtime.evaluate', {
          uniqueContextId: preloadContext,
          expression: `globalThis.standInReceive(${text})`,
        })
        .catch(() => undefined);
    },
  };
};
