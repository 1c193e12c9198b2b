import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { cancelable } from './cancelable.ts';
import { environment } from './environment.ts';
import { browserIsReady } from './windowPage.ts';

class StandInApp
  extends EventEmitter
  implements
    Pick<
      App,
      | 'whenReady'
      | 'enableSandbox'
      | 'requestSingleInstanceLock'
      | 'getVersion'
      | 'getPath'
      | 'setPath'
      | 'quit'
      | 'exit'
      | 'setBadgeCount'
    >
{
  /** What was called, and whether it was in time. */
  readonly calls: string[] = [];
  isReady = false;
  badgeCount = 0;
  #paths = new Map<string, string>([['userData', join(environment.folder, 'profile')]]);

  async whenReady(): Promise<void> {
    await browserIsReady();
    this.isReady = true;
  }
  enableSandbox(): void {
    if (this.isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.calls.push('enableSandbox');
  }
  requestSingleInstanceLock(...given: readonly unknown[]): boolean {
    this.calls.push(`requestSingleInstanceLock/${given.length}`);
    return true;
  }
  getVersion(): string {
    const manifest = new URL('../../../package.json', import.meta.url);
    return JSON.parse(readFileSync(manifest, 'utf8')).version;
  }
  getPath(name: string): string {
    return this.#paths.get(name) ?? environment.folder;
  }
  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }
  setBadgeCount(count = 0): boolean {
    this.badgeCount = count;
    return true;
  }
  quit(): void {
    const event = cancelable({});
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }
  exit(code = 0): void {
    this.emit('quit');
    process.exit(code);
  }
}

export const app = new StandInApp();

// Electron turns these signals into an orderly quit.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
