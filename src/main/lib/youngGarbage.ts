import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What may lie around before it is looked for. */
const MAX_BYTES = 16 * 1024 * 1024;

type Collect = (options: { readonly type: 'minor' }) => void;

/**
 * Has the buffers of a passing body collected in time. V8 counts the small objects that hold them: hundreds of
 * megabytes would lie around before there are enough of those.
 */
export class YoungGarbage {
  #bytes = 0;
  #collect: Collect | null = null;

  /** Of buffers that nobody will need any more. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MAX_BYTES) return;
    this.#bytes = 0;
    this.#collect ??= exposeCollector();
    this.#collect({ type: 'minor' });
  }
}

const exposeCollector = (): Collect => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
};
