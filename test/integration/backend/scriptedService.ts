import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** What a connection is answered: bytes, then the end; or nothing at all; or a reset, after some bytes. */
export type Script =
  | { readonly kind: 'bytes'; readonly bytes: string | Buffer }
  | { readonly kind: 'silence' }
  | { readonly kind: 'stall'; readonly bytes: string }
  | { readonly kind: 'reset'; readonly bytes: string };

export const httpBytes = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Script => ({
  kind: 'bytes',
  bytes: [
    `HTTP/1.1 ${status} Scripted`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n'),
});

const isWhole = (request: string): boolean => {
  const end = request.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [, length = '0'] = /^content-length: *(\d+)/im.exec(request) ?? [];
  return Buffer.byteLength(request.slice(end + 4)) >= Number(length);
};

/** A server of plain sockets that says exactly what the test wants said. */
export class ScriptedService {
  /** Decides by the whole request, as it came. */
  answer: (request: string) => Script = () => ({ kind: 'silence' });
  readonly requests: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8');
      if (!isWhole(received)) return;
      const request = received;
      received = '';
      this.requests.push(request);
      this.#play(socket, this.answer(request));
    });
  }

  #play(socket: Socket, script: Script): void {
    if (script.kind === 'bytes') socket.end(script.bytes);
    else if (script.kind === 'stall') socket.write(script.bytes);
    else if (script.kind === 'reset') {
      if (script.bytes === '') socket.resetAndDestroy();
      else socket.write(script.bytes, () => socket.resetAndDestroy());
    }
  }
}
