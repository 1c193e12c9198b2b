import { KEYS_PATH, TOKENS_PATH } from '../../shared/credentialPaths.ts';

/**
 * Whether every server reads this raw path alike. Where readings differ (dot segments, encoded slashes, double
 * slashes, double encoding, overlong or full-width characters), a path could pass a route check here and mean
 * another route there.
 */
export const isPlainPath = (rawPath: string): boolean =>
  rawPath.startsWith('/') &&
  /^[\x21-\x7e]*$/.test(rawPath) &&
  !/\/\/|[\\#]|%(?:2e|2f|5c|25|[01][0-9a-f]|7f)|%(?![0-9a-f]{2})/i.test(rawPath) &&
  rawPath.split('/').every(isPlainSegment);

/** Compatible characters are taken for what they look like, as some servers do: `․․` and `．．` for `..`. */
const isPlainSegment = (segment: string): boolean => {
  if (ordinary.test(segment)) return true;
  const text = decodeUtf8(segment)?.normalize('NFKC');
  return text !== undefined && !/^\.{1,2}(?:;|$)|[/\\]/.test(text);
};

/** Nothing in it that anyone could read in another way. */
const ordinary = /^(?:[\w~-][\w.~-]*)?$/;

const decodeUtf8 = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};

/** `/api/chat/*` admits `/api/chat` and everything below it; `/api/chat` admits that path alone. */
export const routeAdmits = (route: string, rawPath: string): boolean => {
  if (!route.endsWith('/*')) return rawPath === route;
  const base = route.slice(0, -2);
  return rawPath === base || rawPath.startsWith(`${base}/`);
};

/**
 * Whether the service manages its access tokens or S3 keys there: it would hand a real one to a tool. Read as loosely
 * as any server might read it, because here it is the path that is not recognised that would pass.
 *
 * @param plainPath from `isPlainPath`
 */
export const managesCredentials = (plainPath: string): boolean =>
  managing.test(decodeURIComponent(plainPath).normalize('NFKC'));

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const managing = new RegExp(
  `/\\s*(?:${[TOKENS_PATH, KEYS_PATH].map(lastSegment).join('|')})\\s*(?:[/;]|$)`,
  'i',
);
