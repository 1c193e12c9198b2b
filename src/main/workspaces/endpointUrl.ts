import { AppError } from '../lib/appError.ts';
import { isLoopbackHost } from '../lib/loopback.ts';

const refused = (problem: string): AppError => new AppError('URL_NOT_ALLOWED', { detail: `${problem}.` });

const parsed = (text: string): URL => {
  try {
    return new URL(text);
  } catch {
    // Not passed on: that error holds the text, and the text may hold a password.
    throw refused('It is not a URL');
  }
};

/**
 * The only way an upstream host enters the product.
 * @returns the origin, e.g. `https://s3.example.com:8333`
 * @throws AppError URL_NOT_ALLOWED
 */
export const endpointOrigin = (text: string): string => {
  const url = parsed(text.trim());
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('It is neither https nor http');
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw refused('It is plain http to a host that is not this machine');
  }
  if (url.username !== '' || url.password !== '') throw refused('It carries a user name or a password');
  if (url.pathname !== '/') throw refused('It has a path');
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    throw refused('It has a query or a fragment');
  return url.origin;
};
