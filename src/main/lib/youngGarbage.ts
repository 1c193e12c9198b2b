import { type Collect, exposeCollector } from './exposedCollector.ts';

/** What may lie around before it is looked for. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Has the buffers of a passing body collected in time. V8 counts the small objects that hold them: hundreds of
 * megabytes would lie around before there are enough of those.
 */
export class YoungGarbage {
  #bytes = 0;
  #collect: Collect | null = null;

  /** Of buffers that somebody has read a body into, here or in a sandbox that runs in this process. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MAX_BYTES) return;
    this.#bytes = 0;
    this.#collect ??= exposeCollector();
    this.#collect({ type: 'minor' });
  }
}
