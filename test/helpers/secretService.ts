import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';

const hasProgram = (name: string): boolean => spawnSync(name, ['--version']).status === 0;

/** Why there can be no Secret Service of our own on this machine; null where there can. */
export const whyNoSecretService = (): string | null => {
  const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter((name) => !hasProgram(name));
  return missing.length === 0 ? null : `${missing.join(' and ')} not here`;
};

/** A message bus and an unlocked GNOME keyring in folders of their own, apart from those of the person. */
export class SecretService {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-keyring-'));
  readonly #running: ChildProcess[] = [];
  #address = '';

  async start(): Promise<void> {
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#running.push(bus);
    [this.#address] = (await once(createInterface({ input: bus.stdout }), 'line')) as [string];
    const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env: { ...process.env, ...this.env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#running.push(daemon);
    daemon.stdin.end('the password of the session');
    await vi.waitUntil(() => this.#isServed(), { timeout: 20_000, interval: 100 });
  }

  #isServed(): boolean {
    const question = 'org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets';
    const answer = spawnSync(
      'dbus-send',
      [
        ...['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'],
        ...question.split(' '),
      ],
      { env: { ...process.env, ...this.env }, encoding: 'utf8' },
    );
    return answer.stdout.includes('boolean true');
  }

  /** How many items it holds that this service wrote. */
  items(service: string): number {
    const [bus, path] = ['org.freedesktop.secrets', '/org/freedesktop/secrets'];
    const { stdout } = spawnSync(
      'dbus-send',
      [
        ...[
          '--session',
          '--print-reply',
          `--dest=${bus}`,
          path,
          'org.freedesktop.Secret.Service.SearchItems',
        ],
        `dict:string:string:service,${service}`,
      ],
      { env: { ...process.env, ...this.env }, encoding: 'utf8' },
    );
    return stdout.split('object path').length - 1;
  }

  /** It keeps its name on the bus and answers nothing any more. */
  freeze(): void {
    this.#running.at(-1)?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#running.at(-1)?.kill('SIGCONT');
  }

  get env(): NodeJS.ProcessEnv {
    return {
      DBUS_SESSION_BUS_ADDRESS: this.#address,
      HOME: this.#folder,
      XDG_DATA_HOME: this.#folder,
      XDG_RUNTIME_DIR: this.#folder,
    };
  }

  async stop(): Promise<void> {
    for (const child of this.#running.splice(0).reverse()) {
      const ended = child.exitCode !== null || child.signalCode !== null ? null : once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
