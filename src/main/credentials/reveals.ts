import type { Credential, Revealed } from '../../shared/contract/credentials.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import { RevealTray } from '../vault/revealTray.ts';

interface Offered {
  readonly secret: Secret;
  present(text: string): Revealed;
}

/** The one way of a secret to the eye of its owner: once, within two minutes, never after a lock. */
export class Reveals {
  readonly #tray: RevealTray<Offered>;

  constructor(clock: Clock) {
    this.#tray = new RevealTray<Offered>(clock);
  }

  /** Takes the secret over. @returns the revealId */
  offer(credential: Credential, secret: Secret): string {
    return this.#tray.put({
      secret,
      present: (text) =>
        credential.kind === 'token'
          ? { kind: 'token', token: text }
          : { kind: 'key', accessKeyId: credential.accessKeyId, secretAccessKey: text },
    });
  }

  /** Takes the recovery key over. @returns the revealId */
  offerRecoveryKey(secret: Secret): string {
    return this.#tray.put({ secret, present: (recoveryKey) => ({ kind: 'recovery-key', recoveryKey }) });
  }

  /** @throws AppError REVEAL_GONE */
  take(revealId: string): Revealed {
    const { secret, present } = this.#tray.take(revealId);
    const text = secret.reveal();
    secret.wipe();
    return present(text);
  }

  clear(): void {
    this.#tray.clear();
  }
}
