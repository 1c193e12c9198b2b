import type { Credential } from '../../shared/contract/credentials.ts';
import type { DueItem, Notice, ReminderSettings, SnoozeUntil } from '../../shared/contract/due.ts';
import type { Clock, DocumentStore, Logger } from '../ports.ts';
import { adviceFor } from './advice.ts';
import { dueItems } from './dueItems.ts';
import { type Memory, nothingTold, readMemory, writeMemory } from './memory.ts';
import { noticeOf } from './notices.ts';
import { type Subject, schedule } from './schedule.ts';
import { snoozed } from './snooze.ts';
import { dayOf, type UsageRecord } from './usage.ts';

interface RemindersDependencies {
  readonly clock: Clock;
  /** Its own file: what was told and answered, and when what was used. */
  readonly store: DocumentStore;
  readonly usage: UsageRecord;
  readonly settings: () => ReminderSettings;
  /** Every credential, also from before the vault was locked; null while none can be known: then nothing is forgotten. */
  readonly credentials: () => readonly Credential[] | null;
  readonly notify: (notice: Notice) => void;
  /** How many credentials need attention has changed. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** So that a look follows the request that asked for it, and a burst of them is one look. */
const SOON_MS = 1000;

const attentionOf = (items: readonly DueItem[]): number =>
  items.filter(({ snoozedUntil, isIgnored }) => snoozedUntil === null && !isIgnored).length;

/** Tells a person in steps what is about to expire or should be looked at, each once, also across restarts. */
export class Reminders {
  readonly #dependencies: RemindersDependencies;
  #memory: Memory = {};
  #attention = 0;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: RemindersDependencies) {
    this.#dependencies = dependencies;
  }

  /** Once the home folder is ours. */
  load(): void {
    this.#memory = readMemory(this.#dependencies.store);
    this.#dependencies.usage.load();
  }

  /** Looks now and keeps looking until `stop()`. Call it again whenever the credentials changed. */
  look(): void {
    const { clock, usage, settings, credentials, notify, onChange } = this.#dependencies;
    this.#cancelWake();
    const nowMs = clock.now();
    const known = credentials();
    if (known === null) return;
    usage.keepOnly(new Set(known.map(({ id }) => id)));
    const subjects = this.#subjects(known, nowMs);
    const { stepsDays, showNames } = settings();
    const { due, nextWakeMs, memory } = schedule(subjects, this.#memory, stepsDays, nowMs);
    // Kept before it is told: a reminder that is lost is better than one that repeats at every start.
    this.#keep(memory);
    if (due.length > 0) notify(noticeOf(due, showNames, nowMs));
    const attention = attentionOf(dueItems(subjects, memory, nowMs));
    if (attention !== this.#attention) onChange();
    this.#attention = attention;
    this.#wake(Math.max(SOON_MS, nextWakeMs - nowMs));
  }

  /** Something happened that may be worth a reminder. */
  lookSoon(): void {
    if (this.#wakeAtMs <= this.#dependencies.clock.now() + SOON_MS) return;
    this.#cancelWake();
    this.#wake(SOON_MS);
  }

  due(credentials: readonly Credential[]): DueItem[] {
    const nowMs = this.#dependencies.clock.now();
    return dueItems(this.#subjects(credentials, nowMs), this.#memory, nowMs);
  }

  /** How many need something to be done and are neither snoozed nor ignored. */
  attention(credentials: readonly Credential[]): number {
    return attentionOf(this.due(credentials));
  }

  snooze(credentialIds: readonly string[], until: SnoozeUntil): void {
    const nowMs = this.#dependencies.clock.now();
    const answered = credentialIds.map(
      (id) => [id, snoozed(this.#memory[id] ?? nothingTold, until, nowMs)] as const,
    );
    this.#keep({ ...this.#memory, ...Object.fromEntries(answered) });
    this.look();
  }

  stop(): void {
    this.#cancelWake();
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#write(() => this.#dependencies.usage.flush());
  }

  #subjects(credentials: readonly Credential[], nowMs: number): readonly Subject[] {
    const { usage } = this.#dependencies;
    // A clock that was ahead when the record began must not keep advice away for ever.
    const sinceDay = Math.min(usage.sinceDay, dayOf(nowMs));
    return credentials.map((credential) => ({
      credential,
      advice: adviceFor(credential, usage.of(credential.id), sinceDay, nowMs),
    }));
  }

  #keep(memory: Memory): void {
    const { store, usage } = this.#dependencies;
    const isNew = memory !== this.#memory;
    this.#memory = memory;
    this.#write(() => {
      if (isNew) writeMemory(store, memory);
      usage.flush();
    });
  }

  /** A full disk must not end the host: what could not be written is still remembered while it runs. */
  #write(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#dependencies.logger.log('warn', 'what was reminded of could not be written down', {
        kind: error instanceof Error ? error.name : 'unknown',
      });
    }
  }

  #wake(delayMs: number): void {
    const { clock } = this.#dependencies;
    this.#wakeAtMs = clock.now() + delayMs;
    this.#cancelWake = clock.after(delayMs, () => this.look());
  }
}
