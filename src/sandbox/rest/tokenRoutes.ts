import { z } from 'zod';
import { route, scope } from '../../shared/contract/credentials.ts';
import { name } from '../../shared/contract/words.ts';
import type { TokenRecord } from '../accounts/accountState.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { isoTime, isoTimeOrNull } from './isoTime.ts';
import { parsed } from './jsonBody.ts';
import { RestError } from './restError.ts';
import type { Route } from './routeTable.ts';

export const expireDays = z.number().int().min(1).max(365);

const newToken = z.object({ name, scope, expireDays, route: route.nullish() });

const shown = (accounts: Accounts, token: TokenRecord): object => ({
  uid: token.uid,
  name: token.name,
  prefix: token.prefix,
  scope: token.scope,
  route: token.route,
  createdAt: isoTime(token.createdAtMs),
  expiresAt: isoTime(token.expiresAtMs),
  lastUsedAt: isoTimeOrNull(accounts.lastUsedMs(token.uid)),
});

export const tokenRoutes = (accounts: Accounts): readonly Route[] => [
  {
    method: 'GET',
    pattern: '/api/access-tokens',
    handle: ({ workspace }) => ({
      kind: 'list',
      items: accounts.tokens(workspace.uid).map((token) => shown(accounts, token)),
    }),
  },
  {
    method: 'POST',
    pattern: '/api/access-tokens',
    takesBody: true,
    handle: async ({ workspace, body }) => {
      const wanted = parsed(newToken, body);
      const { record, token } = await accounts.createToken(workspace.uid, {
        ...wanted,
        route: wanted.route ?? null,
      });
      return { kind: 'data', status: 201, data: { ...shown(accounts, record), token } };
    },
  },
  {
    method: 'DELETE',
    pattern: '/api/access-tokens/:uid',
    handle: async ({ workspace, parameter }) => {
      if (await accounts.deleteToken(workspace.uid, parameter)) return { kind: 'empty' };
      throw new RestError('NOT_FOUND', 'There is no such access token.');
    },
  },
];
