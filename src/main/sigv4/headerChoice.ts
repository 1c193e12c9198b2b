/** Which headers a signature covers; asked with names in lower case. */
export type HeaderChoice = (name: string) => boolean;

const alwaysSigned = new Set(['host', 'content-type', 'content-md5', 'range']);

/** Those that change what a request means. What connections, proxies and compressors may alter is left out. */
export const isWorthSigning: HeaderChoice = (name) => name.startsWith('x-amz-') || alwaysSigned.has(name);

/** @param names in any case */
export const chosenHeaders = (names: readonly string[]): HeaderChoice => {
  const chosen = names.map((name) => name.toLowerCase());
  return (name) => chosen.includes(name);
};
