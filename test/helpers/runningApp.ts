import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/main/app.ts';
import type { Keyring } from '../../src/main/ports.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract/contract.ts';
import type { WireError } from '../../src/shared/errorCodes.ts';
import { FakeClock } from './fakeClock.ts';
import { FakeKeychain } from './fakeKeychain.ts';
import { MemoryLogger } from './memoryLogger.ts';
import { createMemoryPreferences } from './memoryPreferences.ts';
import { RecordingNotifier } from './recordingNotifier.ts';

type Answered<Name extends CallName> =
  | { readonly ok: true; readonly output: CallOutput<Name> }
  | { readonly ok: false; readonly error: WireError };

/** The whole core in this process, on a home of its own and a clock that stands still; its sockets are real. */
export class RunningApp {
  readonly home: string;
  readonly clock: FakeClock;
  readonly notifier = new RecordingNotifier();
  readonly app: App;

  private constructor(home: string, clock: FakeClock, keyring: Keyring | null) {
    this.home = home;
    this.clock = clock;
    this.app = createApp(
      {
        clock: this.clock,
        preferences: createMemoryPreferences(),
        reminderStore: createMemoryPreferences(),
        keychain: new FakeKeychain(),
        keyring,
        notifier: this.notifier,
        clipboard: null,
        logger: new MemoryLogger(),
      },
      {
        home,
        version: '0.0.0',
        host: 'headless',
        apiPort: 0,
        s3Port: 0,
        sandboxPorts: { api: 0, s3: 0 },
        openFiles: 1024,
        onStopRequested: () => undefined,
      },
    );
  }

  static async start(
    home = mkdtempSync(join(tmpdir(), 'nfyio-vault-app-')),
    clock = new FakeClock(Date.now()),
    keyring: Keyring | null = null,
  ): Promise<RunningApp> {
    const running = new RunningApp(home, clock, keyring);
    await running.app.start();
    return running;
  }

  /** With a new vault, open. */
  static async open(): Promise<RunningApp> {
    const running = await RunningApp.start();
    await running.call('vault.create', {});
    return running;
  }

  /** With its sandbox beside it; on a home that is there already, it goes on from what it left. */
  static async onSandbox(home: string, clock?: FakeClock): Promise<RunningApp> {
    const running = await RunningApp.start(home, clock);
    const { vault } = await running.call('app.status', {});
    if (vault === 'absent') {
      await running.call('vault.create', {});
      await running.call('sandbox.start', {});
    } else await running.call('vault.unlock', {});
    return running;
  }

  async answer<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Answered<Name>> {
    return (await this.app.router.answer(name, input)) as Answered<Name>;
  }

  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const answered = await this.answer(name, input);
    if (!answered.ok) {
      const { code, message } = answered.error;
      throw Object.assign(new Error(`${name}: ${code}: ${message}`), { code });
    }
    return answered.output;
  }

  /** A call that must not succeed. */
  async failure<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<WireError> {
    const answered = await this.answer(name, input);
    if (answered.ok) throw new Error(`${name} succeeded`);
    return answered.error;
  }

  /** A control token of the sandbox, with which another workspace can be connected to it. */
  async controlToken(): Promise<string> {
    const { revealId } = await this.call('token.create', {
      ...{ workspace: 'sandbox', name: 'control', scope: 'write', expireDays: 300 },
    });
    const shown = await this.call('reveal.take', { revealId });
    if (shown.kind !== 'token') throw new Error(`${shown.kind} is no token`);
    return shown.token;
  }

  /** Its home stays. */
  async quit(): Promise<void> {
    await this.app.stop();
  }

  /** Its home goes with it. */
  async stop(): Promise<void> {
    await this.quit();
    rmSync(this.home, { recursive: true, force: true });
  }
}
