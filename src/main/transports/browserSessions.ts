import { createHash, randomBytes } from 'node:crypto';

const newToken = (): string => randomBytes(32).toString('base64url');
const digest = (token: string): string => createHash('sha256').update(token).digest('base64');

/**
 * One-time links and the sessions they were exchanged for, in memory only. Kept and compared as digests, so that
 * neither a look into memory nor the time of a comparison tells a token.
 */
export class BrowserSessions {
  #link: string | null = null;
  readonly #sessions = new Set<string>();

  /** @returns the token of a new link; an earlier link that was not used yet no longer works */
  newLinkToken(): string {
    const token = newToken();
    this.#link = digest(token);
    return token;
  }

  /** @returns the token of a new session, once; undefined for anything but the current link */
  exchange(linkToken: string): string | undefined {
    if (this.#link === null || digest(linkToken) !== this.#link) return undefined;
    this.#link = null;
    const token = newToken();
    this.#sessions.add(digest(token));
    return token;
  }

  isOpen(sessionToken: string): boolean {
    return this.#sessions.has(digest(sessionToken));
  }
}
