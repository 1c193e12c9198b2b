import type { Workspace } from '../../shared/contract/workspaces.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { Workspaces } from './workspaces.ts';

/** The embedded backend once it runs. */
export interface RunningSandbox {
  readonly api: string;
  readonly s3: string;
  mintControlToken(): Promise<{ readonly token: string }>;
  stop(): Promise<void>;
}

export interface SandboxAddress {
  readonly api: string;
  readonly s3: string;
  readonly workspace: string;
}

/** It is a program of its own and knows none of our errors: those of the disk, and what it says of its files, are expected. */
const ofSandbox = async <T>(task: Promise<T>): Promise<T> => {
  try {
    return await task;
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('DISK_FULL', { cause });
    if (code !== null) throw new AppError('SANDBOX_FAILED', { detail: `(${code})`, cause });
    if (cause instanceof Error && cause.name === 'Error')
      throw new AppError('SANDBOX_FAILED', { detail: cause.message, cause });
    throw cause;
  }
};

/** Starts the embedded backend at most once and keeps the workspace named `sandbox` pointed at it. */
export class Sandbox {
  readonly #workspaces: Workspaces;
  readonly #launch: () => Promise<RunningSandbox>;
  readonly #onBug: (error: unknown) => void;
  readonly #turns = new SerialQueue();
  #running: RunningSandbox | null = null;
  #address: SandboxAddress | null = null;
  #notResumed: string | null = null;

  constructor(
    workspaces: Workspaces,
    launch: () => Promise<RunningSandbox>,
    onBug: (error: unknown) => void,
  ) {
    this.#workspaces = workspaces;
    this.#launch = launch;
    this.#onBug = onBug;
  }

  /** null until it runs. */
  address(): SandboxAddress | null {
    return this.#address;
  }

  /** @throws AppError VAULT_LOCKED | DISK_FULL | SANDBOX_FAILED | … */
  start(): Promise<{ readonly sandbox: SandboxAddress; readonly workspace: Workspace }> {
    return this.#turns.run(async () => {
      this.#workspaces.list(); // A locked vault is found out before anything is started.
      this.#running ??= await ofSandbox(this.#launch());
      const running = this.#running;
      const workspace = await this.#workspaces.connectSandbox(
        { apiUrl: running.api, s3Url: running.s3 },
        async () => Secret.of((await ofSandbox(running.mintControlToken())).token),
      );
      const sandbox = { api: running.api, s3: running.s3, workspace: workspace.name };
      this.#address = sandbox;
      this.#notResumed = null;
      return { sandbox, workspace };
    });
  }

  /**
   * After an unlock: a sandbox that was connected in an earlier run works again without being asked for. Why it does
   * not becomes a notice.
   */
  async resume(): Promise<void> {
    this.#notResumed = null;
    try {
      if (this.#workspaces.list().some(({ isSandbox }) => isSandbox)) await this.start();
    } catch (error) {
      const isExpected = error instanceof AppError;
      if (!isExpected) this.#onBug(error);
      this.#notResumed = `The sandbox could not be started${isExpected ? `: ${error.message}` : '.'}`;
    }
  }

  notices(): string[] {
    return this.#notResumed === null ? [] : [this.#notResumed];
  }

  stop(): Promise<void> {
    return this.#turns.run(async () => {
      const running = this.#running;
      this.#running = null;
      this.#address = null;
      await running?.stop();
    });
  }
}
