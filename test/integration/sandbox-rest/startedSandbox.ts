import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';

export const DAY_MS = 86_400_000;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  readonly body: any;
}

/** A sandbox in a folder of its own, with a clock that stands still until it is moved. */
export class StartedSandbox {
  readonly folder = join(mkdtempSync(join(tmpdir(), 'nfyio-sandbox-')), 'sandbox');
  readonly logged: string[] = [];
  nowMs = Date.UTC(2026, 10, 23, 12);
  #running: RunningSandbox | null = null;

  get running(): RunningSandbox {
    if (this.#running === null) throw new Error('the sandbox does not run');
    return this.#running;
  }

  async start(ports: { apiPort: number; s3Port: number } = { apiPort: 0, s3Port: 0 }): Promise<void> {
    this.#running = await startSandbox({
      folder: this.folder,
      ...ports,
      now: () => this.nowMs,
      log: (message) => this.logged.push(message),
    });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }

  async controlToken(workspace?: string): Promise<string> {
    return (await this.running.mintControlToken(workspace)).token;
  }

  async call(
    token: string | null,
    method: string,
    path: string,
    body?: string | object,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.running.api}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    };
  }
}
