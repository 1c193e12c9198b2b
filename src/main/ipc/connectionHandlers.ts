import type { Connections } from '../connections/connections.ts';
import type { Presigning } from '../connections/presigning.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names =
  | 'connection.list'
  | 'connection.create'
  | 'connection.revoke'
  | 'connection.local'
  | 'connection.snippet'
  | 'connection.presign';

export const connectionHandlers = (connections: Connections, presigning: Presigning): HandlersOf<Names> => ({
  'connection.list': (filter) => ({ connections: connections.list(filter) }),
  'connection.create': (wanted) => connections.create(wanted),
  'connection.revoke': async ({ connection }) => {
    await connections.revoke(connection);
    return { done: true };
  },
  'connection.local': ({ connection }) => connections.local(connection),
  'connection.snippet': ({ connection, tool }) => ({ text: connections.snippet(connection, tool) }),
  'connection.presign': (order) => presigning.presign(order),
});
