import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from '../accounts/accounts.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import { accountRoutes } from './accountRoutes.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { bucketRoutes } from './bucketRoutes.ts';
import { chatRoutes } from './chatRoutes.ts';
import { readJsonBody } from './jsonBody.ts';
import { keyRoutes } from './keyRoutes.ts';
import { pageOf } from './page.ts';
import { RestError } from './restError.ts';
import { matchRoute, type RestReply, type Route } from './routeTable.ts';
import { tokenRoutes } from './tokenRoutes.ts';
import { usageRoutes } from './usageRoutes.ts';
import { WorkspaceBuckets } from './workspaceBuckets.ts';

interface RestDependencies {
  readonly accounts: Accounts;
  readonly objects: ObjectStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (message: string) => void;
}

const sendJson = (response: ServerResponse, status: number, value: object): void => {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
  });
  response.end(body);
};

const sendEventStream = async (response: ServerResponse, pieces: readonly string[]): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(`data: ${JSON.stringify({ delta: piece })}\n\n`))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end('event: done\ndata: {}\n\n');
};

const sendError = (response: ServerResponse, error: RestError): void => {
  if (error.code === 'UNAUTHORIZED') response.setHeader('www-authenticate', 'Bearer');
  sendJson(response, error.status, error.toJSON());
};

/** Every route there is; resources/openapi.yaml describes each. */
export const restRoutes = ({
  accounts,
  objects,
}: Pick<RestDependencies, 'accounts' | 'objects'>): readonly Route[] => {
  const buckets = new WorkspaceBuckets(accounts, objects);
  return [
    ...accountRoutes(),
    ...tokenRoutes(accounts),
    ...keyRoutes(accounts, buckets),
    ...bucketRoutes(buckets),
    ...chatRoutes(buckets),
    ...usageRoutes(accounts, buckets),
  ];
};

/** The service's REST API, as far as it is documented or assumed. */
export const createRestHandler = ({
  accounts,
  objects,
  now,
  log,
}: RestDependencies): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const routes = restRoutes({ accounts, objects });

  const answer = async (request: IncomingMessage): Promise<{ reply: RestReply; query: URLSearchParams }> => {
    const { method = 'GET', url = '/' } = request;
    const [path = '', ...rest] = url.split('?');
    const query = new URLSearchParams(rest.join('?'));
    const caller = authenticate(accounts, request.rawHeaders, now());
    authorize(caller.token, method, path);
    const { route, parameter } = matchRoute(routes, method, path);
    const body = route.takesBody === true ? await readJsonBody(request) : undefined;
    const acceptsEventStream = (request.headers.accept ?? '').includes('text/event-stream');
    return { reply: await route.handle({ ...caller, query, body, parameter, acceptsEventStream }), query };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { reply, query } = await answer(request);
    if (reply.kind === 'data') sendJson(response, reply.status ?? 200, { success: true, data: reply.data });
    else if (reply.kind === 'list') sendJson(response, 200, pageOf(reply.items, query));
    else if (reply.kind === 'empty') response.writeHead(204).end();
    else await sendEventStream(response, reply.pieces);
  };

  return (request, response) => {
    response.on('error', () => undefined);
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      if (error instanceof RestError) return sendError(response, error);
      log(`a REST request failed: ${error instanceof Error ? error.message : 'unknown'}`);
      return sendError(response, new RestError('INTERNAL_ERROR', 'Something went wrong.'));
    });
  };
};
