import type { LockSettings } from '../../shared/contract/vault.ts';
import type { Clock } from '../ports.ts';

const MINUTE_MS = 60_000;
export const MAX_KEPT_OPEN_MS = 12 * 60 * MINUTE_MS;
/** Short, so that a machine that slept is found out soon after it woke. */
const LOOK_EVERY_MS = 15_000;

interface Use {
  readonly appUsedAtMs: number;
  /** null: never yet. */
  readonly connectionsUsedAtMs: number | null;
}

/** When the vault is to lock by itself, if nothing is used until then. */
export const lockAtMs = (
  settings: LockSettings,
  { appUsedAtMs, connectionsUsedAtMs }: Use,
): number | null => {
  if (settings.idleMinutes === null) return null;
  const idleMs = settings.idleMinutes * MINUTE_MS;
  const byApp = appUsedAtMs + idleMs;
  if (!settings.connectionsKeepOpen || connectionsUsedAtMs === null) return byApp;
  return Math.max(byApp, Math.min(connectionsUsedAtMs + idleMs, appUsedAtMs + MAX_KEPT_OPEN_MS));
};

export interface AutoLockDependencies {
  readonly clock: Clock;
  settings(): LockSettings;
  lock(): void;
}

/** Locks the vault that nobody uses. */
export class AutoLock {
  readonly #dependencies: AutoLockDependencies;
  #appUsedAtMs = 0;
  #connectionsUsedAtMs: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(dependencies: AutoLockDependencies) {
    this.#dependencies = dependencies;
  }

  /** The vault was unlocked: the idle time begins. */
  start(): void {
    this.stop();
    this.#connectionsUsedAtMs = null;
    this.appUsed();
    this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  appUsed(): void {
    this.#appUsedAtMs = this.#dependencies.clock.now();
  }

  connectionUsed(): void {
    this.#connectionsUsedAtMs = this.#dependencies.clock.now();
  }

  #look(): void {
    const { clock, settings, lock } = this.#dependencies;
    const dueAtMs = lockAtMs(settings(), {
      appUsedAtMs: this.#appUsedAtMs,
      connectionsUsedAtMs: this.#connectionsUsedAtMs,
    });
    if (dueAtMs !== null && clock.now() >= dueAtMs) {
      this.stop();
      lock();
      return;
    }
    const leftMs = dueAtMs === null ? LOOK_EVERY_MS : dueAtMs - clock.now();
    this.#cancel = clock.after(Math.min(leftMs, LOOK_EVERY_MS), () => this.#look());
  }
}
