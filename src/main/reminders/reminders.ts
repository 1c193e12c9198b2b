import { z } from 'zod';
import { describeExpiry } from '../../shared/expiry.ts';
import type { Clock, DocumentStore, Notifier } from '../ports.ts';
import { type Expiring, schedule } from './schedule.ts';

interface RemindersDependencies {
  readonly clock: Clock;
  readonly preferences: DocumentStore;
  readonly notifier: Notifier;
  /** Every credential that is known, also from before the vault was locked. */
  readonly credentials: () => readonly Expiring[];
}

const TOLD_KEY = 'remindersTold';
const toldList = z.array(z.string().max(200)).max(100_000).catch([]);

/** Tells a person in steps that a credential is about to expire, each step once, also across restarts. */
export class Reminders {
  readonly #dependencies: RemindersDependencies;
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: RemindersDependencies) {
    this.#dependencies = dependencies;
  }

  /** Looks now and keeps looking until `stop()`. Call it again whenever the credentials changed. */
  look(): void {
    const { clock, preferences, notifier } = this.#dependencies;
    this.stop();
    const nowMs = clock.now();
    const credentials = this.#dependencies.credentials();
    const told = toldList.parse(preferences.read(TOLD_KEY));
    const { due, nextWakeMs } = schedule(credentials, nowMs, new Set(told));
    if (due.length > 0) {
      // Marked before told: a reminder that is lost is better than one that repeats at every start.
      preferences.write(TOLD_KEY, [...new Set([...told, ...due.flatMap(({ marks }) => marks)])]);
    }
    for (const { credential } of due) notifier.notify(this.#words(credential, nowMs));
    this.#cancelWake = clock.after(Math.max(1000, nextWakeMs - nowMs), () => this.look());
  }

  stop(): void {
    this.#cancelWake();
    this.#cancelWake = () => undefined;
  }

  #words({ kind, name, expiresAt }: Expiring, nowMs: number): { title: string; body: string } {
    const { tone, words } = describeExpiry(expiresAt, nowMs);
    const what = kind === 'token' ? 'access token' : 'access key';
    return {
      title: tone === 'expired' ? `An ${what} has expired` : `An ${what} is about to expire`,
      body: `“${name}” ${words}.`,
    };
  }
}
