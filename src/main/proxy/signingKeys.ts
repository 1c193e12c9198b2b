import type { Secret } from '../lib/secret.ts';
import type { HmacKey } from '../sigv4/hmacKey.ts';
import { deriveSigningKey } from '../sigv4/signingKey.ts';

interface CachedKey {
  readonly secret: Secret;
  readonly signingKey: HmacKey;
}

const MAX_CACHED = 512;

/** Signing keys by owner and day, so that a request costs one HMAC and not five. Emptied on lock. */
export class SigningKeys {
  readonly #keys = new Map<string, CachedKey>();

  /** @param owner id of the credential or connection that the secret belongs to */
  of(owner: string, secret: Secret, dateStamp: string, region: string): HmacKey {
    const name = `${owner} ${dateStamp} ${region}`;
    const cached = this.#keys.get(name);
    // A regenerated key keeps its id and changes its secret.
    if (cached?.secret.revealBytes().equals(secret.revealBytes())) return cached.signingKey;
    if (this.#keys.size >= MAX_CACHED) this.#forgetOldest();
    const signingKey = deriveSigningKey(secret.reveal(), dateStamp, region, 's3');
    this.#keys.set(name, { secret, signingKey });
    return signingKey;
  }

  /** Not erased: an upload may still be signing its chunks with it, and names are for anyone to make up. */
  #forgetOldest(): void {
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }

  clear(): void {
    for (const { signingKey } of this.#keys.values()) signingKey.erase();
    this.#keys.clear();
  }
}
