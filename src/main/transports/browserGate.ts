import type { IncomingMessage } from 'node:http';

/** Who may talk to the browser host: its own page in a browser that exchanged the one-time link. */

/** What a request says about where it comes from. */
export interface Provenance {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly fetchSites: readonly string[];
}

export const provenanceOf = (incoming: IncomingMessage): Provenance => {
  const valuesOf = (wanted: string): string[] =>
    incoming.rawHeaders.filter(
      (_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted,
    );
  return {
    hosts: valuesOf('host'),
    origins: valuesOf('origin'),
    fetchSites: valuesOf('sec-fetch-site'),
  };
};

/**
 * True when nothing speaks against the request coming from our own page or from the person's address bar.
 * The Host check is what stops a rebound DNS name: such a request carries neither Origin nor Sec-Fetch-Site.
 * `same-site` is another port of this machine, which is another program.
 */
export const isOwnPage = ({ hosts, origins, fetchSites }: Provenance, port: number): boolean =>
  hosts.length === 1 &&
  hosts[0] === `127.0.0.1:${port}` &&
  origins.length <= 1 &&
  origins.every((origin) => origin === `http://127.0.0.1:${port}`) &&
  fetchSites.every((site) => site === 'same-origin' || site === 'none');

/** A WebSocket is opened by a page, never by an address bar: it has to name our page as its origin. */
export const isOwnSocket = (provenance: Provenance, port: number): boolean =>
  isOwnPage(provenance, port) && provenance.origins.length === 1;

/** Cookies are shared by all ports of 127.0.0.1, so the name carries the port. */
export const sessionCookieName = (port: number): string => `nfyio-vault-${port}`;

export const sessionCookie = (port: number, token: string): string =>
  `${sessionCookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`;

/** Every value that a Cookie header gives to a name. */
export const cookieValues = (header: string | undefined, name: string): string[] =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
