import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RendererFiles } from './rendererFiles.ts';

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const page = (status: number, text: string): Page => ({
  status,
  type: 'text/html; charset=utf-8',
  body: Buffer.from(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>nfyio Vault</title><p>${text}</p></html>\n`,
  ),
});

/** The one refusal, the same for every reason: it tells a stranger nothing about what is here. */
export const closedPage = page(
  403,
  'This window of nfyio Vault is closed, or its link was used before: it opens once. For a new link, stop nfyio Vault and run <code>nfyio-vault serve --ui</code> again.',
);
const unknownPage = page(404, 'There is nothing here.');
const wrongMethodPage = page(405, 'Only GET is answered here.');

export const sendPage = (
  response: ServerResponse,
  method: string | undefined,
  { status, type, body }: Page,
) => {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
};

/** Answers from the built window, and from nothing else. */
export const sendFile = (incoming: IncomingMessage, response: ServerResponse, files: RendererFiles): void => {
  const { method, url = '' } = incoming;
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendPage(response, method, wrongMethodPage);
    return;
  }
  const [path = ''] = url.split('?', 1);
  const file = files(path);
  sendPage(response, method, file === undefined ? unknownPage : { status: 200, ...file });
};
