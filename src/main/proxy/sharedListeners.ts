import { AppError } from '../lib/appError.ts';
import type { SigningProxy } from './proxy.ts';

/** Origins, e.g. http://127.0.0.1:7470; null while it does not listen. */
interface Origins {
  readonly api: string | null;
  readonly s3: string | null;
}

const nowhere: Origins = { api: null, s3: null };

/** The two listeners that all connections share which have no port of their own. */
export class SharedListeners {
  readonly #proxy: Pick<SigningProxy, 'listen'>;
  #origins = nowhere;

  constructor(proxy: Pick<SigningProxy, 'listen'>) {
    this.#proxy = proxy;
  }

  /** @throws AppError PORT_IN_USE */
  async open(ports: { readonly apiPort: number; readonly s3Port: number }): Promise<void> {
    const api = await this.#proxy.listen('api', ports.apiPort);
    const s3 = await this.#proxy.listen('s3', ports.s3Port);
    this.#origins = { api: api.origin, s3: s3.origin };
  }

  origins(): Origins {
    return this.#origins;
  }

  /** @throws AppError STOPPING */
  origin(kind: 'api' | 's3'): string {
    const origin = this.#origins[kind];
    if (origin === null) throw new AppError('STOPPING');
    return origin;
  }

  /** The proxy has closed them. */
  forget(): void {
    this.#origins = nowhere;
  }
}
