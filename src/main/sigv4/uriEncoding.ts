const percentEncode = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Encodes every byte but the unreserved `A-Z a-z 0-9 - . _ ~`, with upper-case hex, as AWS prescribes. */
export const uriEncode = (bytes: string): string => bytes.replace(/[^A-Za-z0-9\-._~]/g, percentEncode);

/** The same for a path, whose slashes stay. */
export const uriEncodePath = (bytes: string): string => bytes.replace(/[^A-Za-z0-9\-._~/]/g, percentEncode);

/** Decodes each `%XX` to the byte it stands for. A `%` that starts no escape stands for itself. */
export const percentDecode = (raw: string): string =>
  raw.includes('%')
    ? raw.replace(/%[0-9A-Fa-f]{2}/g, (triplet) => String.fromCharCode(Number.parseInt(triplet.slice(1), 16)))
    : raw;
