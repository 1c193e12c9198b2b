import type { Credential, Revealed } from '../../shared/contract/credentials.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import { RevealTray } from '../vault/revealTray.ts';

interface Offered {
  readonly credential: Credential;
  readonly secret: Secret;
}

/** The one way of a real secret to the eye of its owner: once, within two minutes, never after a lock. */
export class Reveals {
  readonly #tray: RevealTray<Offered>;

  constructor(clock: Clock) {
    this.#tray = new RevealTray<Offered>(clock);
  }

  /** Takes the secret over. @returns the revealId */
  offer(credential: Credential, secret: Secret): string {
    return this.#tray.put({ credential, secret });
  }

  /** @throws AppError REVEAL_GONE */
  take(revealId: string): Revealed {
    const { credential, secret } = this.#tray.take(revealId);
    const text = secret.reveal();
    secret.wipe();
    return credential.kind === 'token'
      ? { kind: 'token', token: text }
      : { kind: 'key', accessKeyId: credential.accessKeyId, secretAccessKey: text };
  }

  clear(): void {
    this.#tray.clear();
  }
}
