import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './sourceFiles.ts';

/** The built command line: what a person runs. */
export const cliFile = join(projectRoot, 'out', 'main', 'cli.js');
export const testPassphrase = 'correct horse battery staple';

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What this machine sets for cloud clients in general must not change what a test sees. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AWS|RCLONE)_/.test(name)));

/** Runs a program to its end. Never throws on a failing exit: the test looks at it. */
export const runCommand = (
  command: string,
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? tmpdir(),
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });

export interface Ready {
  readonly ready: true;
  readonly pid: number;
  readonly api: string;
  readonly s3: string;
  readonly ui: string | null;
  readonly sandbox: { readonly api: string; readonly s3: string; readonly workspace: string } | null;
}

/** A home folder with its passphrase file, and `nfyio-vault` run on it. */
export class TestHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-test-'));
  readonly home = join(this.folder, 'home');
  readonly passphraseFile = join(this.folder, 'passphrase');
  /** All that any command of this home printed, for canary scans. */
  readonly transcript: string[] = [];
  /** What the host alone printed. */
  readonly hostOutput: string[] = [];
  #host: ChildProcess | null = null;

  constructor() {
    writeFileSync(this.passphraseFile, `${testPassphrase}\n`, { mode: 0o600 });
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, NFYIO_VAULT_HOME: this.home, NFYIO_VAULT_PASSPHRASE_FILE: this.passphraseFile };
  }

  async run(args: readonly string[], stdin?: string): Promise<CommandResult> {
    const result = await runCommand(process.execPath, [cliFile, ...args], {
      env: this.env,
      ...(stdin === undefined ? {} : { stdin }),
    });
    this.transcript.push(result.stdout, result.stderr);
    return result;
  }

  /** Runs a command with --json that must succeed. @returns the one JSON value it printed */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  async json(args: readonly string[], stdin?: string): Promise<any> {
    const result = await this.run([...args, '--json'], stdin);
    if (result.exitCode !== 0)
      throw new Error(`${args.join(' ')} exited ${result.exitCode}: ${result.stderr}`);
    return JSON.parse(result.stdout);
  }

  /** Makes a connection in the workspace `sandbox`. @returns what is printed of it, with its local credential */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  async connect(kind: 's3' | 'api', name: string, ...more: readonly string[]): Promise<any> {
    const create = ['connection', 'create', '--workspace', 'sandbox', '--kind', kind, '--name', name];
    return (await this.json([...create, ...more])).connection;
  }

  /** Starts `serve` and waits for its ready line. */
  serve(
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    nodeFlags: readonly string[] = [],
    /** Run by the shell before the host takes its place. */
    preparation = ':',
  ): Promise<Ready> {
    const command = [
      process.execPath,
      ...nodeFlags,
      cliFile,
      'serve',
      '--json',
      '--api-port',
      '0',
      '--s3-port',
      '0',
    ];
    const host = spawn('sh', ['-c', `${preparation}; exec "$@"`, 'sh', ...command, ...args], {
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#host = host;
    let errors = '';
    host.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      this.hostOutput.push(chunk.toString());
      this.transcript.push(chunk.toString());
    });
    return new Promise((resolve, reject) => {
      createInterface({ input: host.stdout }).on('line', (line) => {
        this.transcript.push(line);
        this.hostOutput.push(line);
        resolve(JSON.parse(line));
      });
      host.on('exit', (code) => reject(new Error(`serve exited ${code}: ${errors}`)));
    });
  }

  /** @returns the exit code, or null when a signal ended it */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const host = this.#host;
    this.#host = null;
    if (host === null || host.exitCode !== null || host.signalCode !== null)
      return Promise.resolve(host?.exitCode ?? null);
    return new Promise((resolve) => {
      host.on('exit', (code) => resolve(code));
      host.kill(signal);
    });
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
