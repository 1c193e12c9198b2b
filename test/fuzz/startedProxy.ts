import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { ProxyRecord } from '../../src/main/proxy/grants.ts';

export type SentRecord = Pick<ProxyRecord, 'kind' | 'method' | 'path' | 'status' | 'refusal' | 'bytesIn'> & {
  /** null: refused before anyone knew whose it was. */
  readonly lane: number | null;
};

export type ProxyMessage =
  | { readonly kind: 'listening'; readonly apiPort: number; readonly s3Port: number }
  | { readonly kind: 'records'; readonly records: readonly SentRecord[] }
  | { readonly kind: 'connecting'; readonly to: string }
  | { readonly kind: 'cpu'; readonly ms: number }
  | { readonly kind: 'log'; readonly text: string };

export type ProxyRequest = 'log' | 'cpu';

/** A proxy process and what it says about itself. */
export class StartedProxy {
  apiPort = 0;
  s3Port = 0;
  /** Taken out by who judges them. */
  records: SentRecord[] = [];
  /** Every address it began to connect to, and every name it asked one for. */
  readonly connections: string[] = [];
  /** Set when the process is gone. */
  death: string | null = null;
  readonly #child: ChildProcess;
  #errorOutput = '';
  #onLog: (text: string) => void = () => undefined;
  #onCpu: (ms: number) => void = () => undefined;
  #onListening: () => void = () => undefined;

  private constructor(upstream: string, tracer: readonly string[]) {
    const [execPath = process.execPath, ...execArgv] = tracer;
    this.#child = fork(join(import.meta.dirname, 'proxyProcess.ts'), [upstream], {
      execPath,
      execArgv,
      silent: true,
      env: {},
    });
    this.#child.stderr?.on('data', (piece: Buffer) => {
      this.#errorOutput += stripVTControlCharacters(piece.toString());
    });
    this.#child.on('message', (message: ProxyMessage) => this.#hear(message));
    this.#child.once('exit', (code, signal) => {
      this.death = `the proxy ended with ${signal ?? code}: ${this.#errorOutput.slice(0, 4000)}`;
      this.#onListening();
      this.#onLog('');
    });
  }

  /** @param tracer a command that runs Node under its eyes; none by default */
  static async start(upstream: string, tracer: readonly string[] = []): Promise<StartedProxy> {
    const proxy = new StartedProxy(upstream, tracer);
    await new Promise<void>((resolve) => {
      proxy.#onListening = resolve;
    });
    if (proxy.death !== null) throw new Error(proxy.death);
    return proxy;
  }

  /** All that it logged so far. */
  log(): Promise<string> {
    return new Promise((resolve) => {
      this.#onLog = resolve;
      if (this.death === null) this.#child.send('log' satisfies ProxyRequest);
      else resolve('');
    });
  }

  /** The time it has spent computing since it began. */
  cpuMs(): Promise<number> {
    return new Promise((resolve) => {
      this.#onCpu = resolve;
      if (this.death === null) this.#child.send('cpu' satisfies ProxyRequest);
      else resolve(Number.POSITIVE_INFINITY);
    });
  }

  async stop(): Promise<void> {
    if (this.death !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    // A tracer does not take with it what it traces: that ends when it is left alone.
    this.#child.disconnect();
    this.#child.kill('SIGKILL');
    await ended;
  }

  #hear(message: ProxyMessage): void {
    if (message.kind === 'records') this.records.push(...message.records);
    if (message.kind === 'connecting') this.connections.push(message.to);
    if (message.kind === 'cpu') this.#onCpu(message.ms);
    if (message.kind === 'log') this.#onLog(message.text);
    if (message.kind === 'listening') {
      this.apiPort = message.apiPort;
      this.s3Port = message.s3Port;
      this.#onListening();
    }
  }
}
