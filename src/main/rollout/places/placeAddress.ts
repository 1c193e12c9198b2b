import { AppError } from '../../lib/appError.ts';
import { isLoopbackHost } from '../../lib/loopback.ts';

const refused = (detail: string, hint?: string): AppError =>
  new AppError('INVALID_INPUT', { detail, ...(hint === undefined ? {} : { hint }) });

/**
 * Where the requests of one place go, and none goes elsewhere.
 * @returns the URL without a slash at its end
 * @throws AppError INVALID_INPUT for one that no secret may be sent to
 */
export const placeAddress = (text: string): string => {
  const { protocol, hostname, username, password, origin, pathname } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname)))
    throw refused(
      'The address is neither https nor http to this machine: the secret would travel in clear.',
      'Give an https:// address.',
    );
  if (username !== '' || password !== '' || /[?#]/.test(text))
    throw refused(
      'The address carries a user name, a password, a query or a fragment.',
      'Give the address alone; what opens the place comes in on its own.',
    );
  return `${origin}${pathname}`.replace(/\/+$/, '');
};

/**
 * A path of names as part of a URL.
 * @throws AppError INVALID_INPUT for one that a URL would read as another
 */
export const encodedPath = (path: string): string => {
  const segments = path.split('/');
  if (segments.some((segment) => ['', '.', '..'].includes(segment)))
    throw refused('A path has an empty part, or one that is . or ..');
  return segments.map(encodeURIComponent).join('/');
};
