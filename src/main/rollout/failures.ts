import type { AppError } from '../lib/appError.ts';
import { retryDelayMs } from '../lib/retryDelay.ts';
import { isSameVersion } from './standing.ts';
import type { SecretVersion } from './targetRecord.ts';

export interface Failure {
  readonly error: AppError;
  readonly retryAtMs: number;
}

interface Failed extends Failure {
  readonly secret: SecretVersion;
  readonly times: number;
}

/** Which secrets could not be written, by target: what fails is tried later and later, another secret at once. */
export class Failures {
  readonly #failed = new Map<string, Failed>();

  add(id: string, secret: SecretVersion, error: AppError, nowMs: number): void {
    const before = this.#failed.get(id);
    const times = before !== undefined && isSameVersion(before.secret, secret) ? before.times + 1 : 1;
    this.#failed.set(id, { error, secret, times, retryAtMs: nowMs + retryDelayMs(times) });
  }

  of(id: string, secret: SecretVersion): Failure | null {
    const failed = this.#failed.get(id);
    return failed !== undefined && isSameVersion(failed.secret, secret) ? failed : null;
  }

  forget(id: string): void {
    this.#failed.delete(id);
  }

  /** Of all others nothing is to be written any more. */
  keep(ids: readonly string[]): void {
    for (const id of this.#failed.keys()) if (!ids.includes(id)) this.#failed.delete(id);
  }
}
