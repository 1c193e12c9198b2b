/** Where the tool sees the upstream: this listener, below the path capability if the request came by one. */
export interface LocalPlace {
  /** `http://127.0.0.1:47600`, as the tool wrote it. */
  readonly origin: string;
  /** `/~nfyio_lt_…`, or empty. */
  readonly prefix: string;
}

/**
 * A `Location` that names the upstream's own origin leads back here, where the tool has its local credential.
 * Any other one is the tool's affair and stays as it is: the proxy itself follows none.
 */
export const localLocation = (location: string, upstreamOrigin: string, place: LocalPlace): string => {
  if (/^\/(?![/\\])/.test(location)) return `${place.prefix}${location}`;
  const { protocol } = new URL(upstreamOrigin);
  const [, scheme = protocol, authority = '', rest = ''] =
    /^(https?:)?\/\/([A-Za-z0-9.:[\]-]+)([/?#].*)?$/i.exec(location) ?? [];
  if (authority === '' || originOf(`${scheme}//${authority}`) !== upstreamOrigin) return location;
  return `${place.origin}${place.prefix}${rest === '' ? '/' : rest}`;
};

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
