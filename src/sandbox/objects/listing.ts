export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Continue behind this key or common prefix; empty begins at the beginning. */
  readonly after: string;
  readonly maxKeys: number;
}

export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix of the page. */
  readonly last: string;
}

/** Above every key that starts with the text before it: keys are bytes, so no character of one comes near it. */
const BEYOND = '\uffff';

/** One page of a listing over keys in byte order. A common prefix counts as one entry. */
export const listPage = (sortedKeys: readonly string[], request: ListingRequest): ListingPage => {
  const { prefix, delimiter, after, maxKeys } = request;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  const isGroup = after !== '' && groupOf(after, prefix, delimiter) === after;
  const start = isGroup ? after + BEYOND : after;
  let position = Math.max(firstAtOrAfter(sortedKeys, prefix), firstBeyond(sortedKeys, start));
  for (let key = sortedKeys[position]; key?.startsWith(prefix); key = sortedKeys[position]) {
    if (keys.length + commonPrefixes.length === maxKeys)
      return { keys, commonPrefixes, isTruncated: maxKeys > 0, last };
    const group = groupOf(key, prefix, delimiter);
    if (group === null) {
      keys.push(key);
      position += 1;
    } else {
      commonPrefixes.push(group);
      position = firstAtOrAfter(sortedKeys, group + BEYOND);
    }
    last = group ?? key;
  }
  return { keys, commonPrefixes, isTruncated: false, last };
};

/** The key up to the first delimiter behind the prefix, or null when it stands for itself. */
const groupOf = (key: string, prefix: string, delimiter: string): string | null => {
  if (delimiter === '' || !key.startsWith(prefix)) return null;
  const position = key.indexOf(delimiter, prefix.length);
  return position === -1 ? null : key.slice(0, position + delimiter.length);
};

const firstAtOrAfter = (sortedKeys: readonly string[], text: string): number => {
  let low = 0;
  let high = sortedKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortedKeys[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
};

const firstBeyond = (sortedKeys: readonly string[], text: string): number => {
  const position = firstAtOrAfter(sortedKeys, text);
  return sortedKeys[position] === text ? position + 1 : position;
};
