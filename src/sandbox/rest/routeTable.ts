import type { Caller } from './authenticate.ts';
import { RestError } from './restError.ts';

export interface RestCall extends Caller {
  readonly query: URLSearchParams;
  /** Undefined unless the route takes a body. */
  readonly body: unknown;
  /** What stood in the path where the pattern has `:name`. */
  readonly parameter: string;
  readonly acceptsEventStream: boolean;
}

export type RestReply =
  | { readonly kind: 'data'; readonly data: object; readonly status?: number }
  /** A list; the server cuts the page that was asked for. */
  | { readonly kind: 'list'; readonly items: readonly object[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'eventStream'; readonly pieces: readonly string[] };

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** At most one segment is `:name`. */
  readonly pattern: string;
  readonly takesBody?: boolean;
  readonly handle: (call: RestCall) => RestReply | Promise<RestReply>;
}

export interface RouteMatch {
  readonly route: Route;
  readonly parameter: string;
}

const parameterOf = (pattern: string, path: string): string | null => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  let parameter = '';
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':') && value !== '') parameter = value;
    else if (segment !== value) return null;
  }
  return parameter;
};

/** @throws RestError NOT_FOUND | METHOD_NOT_ALLOWED */
export const matchRoute = (routes: readonly Route[], method: string, path: string): RouteMatch => {
  const matches = routes.flatMap((route) => {
    const parameter = parameterOf(route.pattern, path);
    return parameter === null ? [] : [{ route, parameter }];
  });
  if (matches.length === 0) throw new RestError('NOT_FOUND', 'There is no such route.');
  const effective = method === 'HEAD' ? 'GET' : method;
  const match = matches.find(({ route }) => route.method === effective);
  if (match === undefined) throw new RestError('METHOD_NOT_ALLOWED', 'The route does not take this method.');
  return match;
};
