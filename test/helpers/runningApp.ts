import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/main/app.ts';
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
  readonly clock = new FakeClock(Date.now());
  readonly app: App;

  private constructor(home: string) {
    this.home = home;
    this.app = createApp(
      {
        clock: this.clock,
        preferences: createMemoryPreferences(),
        reminderStore: createMemoryPreferences(),
        keychain: new FakeKeychain(),
        keyring: null,
        notifier: new RecordingNotifier(),
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

  static async start(home = mkdtempSync(join(tmpdir(), 'nfyio-vault-app-'))): Promise<RunningApp> {
    const running = new RunningApp(home);
    await running.app.start();
    return running;
  }

  /** With a new vault, open. */
  static async open(): Promise<RunningApp> {
    const running = await RunningApp.start();
    await running.call('vault.create', {});
    return running;
  }

  async answer<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Answered<Name>> {
    return (await this.app.router.answer(name, input)) as Answered<Name>;
  }

  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const answered = await this.answer(name, input);
    if (!answered.ok) throw new Error(`${name}: ${answered.error.code}: ${answered.error.message}`);
    return answered.output;
  }

  /** A call that must not succeed. */
  async failure<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<WireError> {
    const answered = await this.answer(name, input);
    if (answered.ok) throw new Error(`${name} succeeded`);
    return answered.error;
  }

  /** Its home goes with it. */
  async stop(): Promise<void> {
    await this.app.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
