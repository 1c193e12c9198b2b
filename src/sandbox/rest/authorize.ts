import type { TokenRecord } from '../accounts/accountState.ts';
import { RestError } from './restError.ts';

const admits = (route: string, path: string): boolean => {
  if (!route.endsWith('/*')) return path === route;
  const stem = route.slice(0, -2);
  return path === stem || path.startsWith(`${stem}/`);
};

/** Spellings by which a path could leave its route in the eyes of something behind the check. */
const isAmbiguous = (path: string): boolean => /\.\.|\/\/|%2e|%2f/i.test(path);

const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';

/**
 * Whether a valid token may make this request.
 * @param path as on the wire, before `?`, not decoded
 * @throws RestError ROUTE_FORBIDDEN | SCOPE_FORBIDDEN
 */
export const authorize = (
  token: Pick<TokenRecord, 'scope' | 'route'>,
  method: string,
  path: string,
): void => {
  if (path.startsWith('/api/auth/') && path !== '/api/auth/me')
    throw new RestError('ROUTE_FORBIDDEN', 'Sign-in routes are not for access tokens.');
  if (token.route !== null && (isAmbiguous(path) || !admits(token.route, path)))
    throw new RestError('ROUTE_FORBIDDEN', `This access token is restricted to ${token.route}.`);
  if (token.scope === 'read' && !isReading(method))
    throw new RestError('SCOPE_FORBIDDEN', 'This access token has scope "read".');
};
