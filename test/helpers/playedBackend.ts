import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PlayedAnswer {
  readonly status: number;
  /** A string goes out as it is, and not as JSON. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const data = (value: unknown, status = 200): PlayedAnswer => ({
  status,
  body: { success: true, data: value },
});
export const refusal = (status: number, code: string, headers = {}): PlayedAnswer => ({
  status,
  body: { success: false, error: { code, message: 'As the test wants it.' } },
  headers,
});

/** Visibly fake: a service of the REST API that answers each call as the test says, and remembers what came. */
export class PlayedBackend {
  /** By method and path without query, e.g. `GET /api/auth/me`. */
  answers: Record<string, PlayedAnswer> = {};
  readonly requests: { readonly call: string; readonly authorization: string | undefined }[] = [];
  readonly #server: Server = createServer((request, response) => {
    const call = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    this.requests.push({ call, authorization: request.headers.authorization });
    const { status, body, headers } = this.answers[call] ?? refusal(404, 'NOT_FOUND');
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    request.resume();
    response.end(isText ? body : JSON.stringify(body));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was called, without what was sent. */
  get calls(): string[] {
    return this.requests.map(({ call }) => call);
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
