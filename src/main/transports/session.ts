import type { EventName } from '../../shared/contract/channels.ts';
import { MAX_MESSAGE_BYTES, request, type WireMessage, type WireRequest } from '../../shared/wire.ts';
import type { Router } from '../ipc/router.ts';

/** The part of the App that a transport carries. */
export interface ServedApp {
  readonly router: Router;
  /** @returns the function that stops listening */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void;
}

/** What a byte transport lends to its session. */
export interface Link {
  send(message: string): void;
  /** Bytes sent that the other side has not taken yet. */
  backlogBytes(): number;
  close(): void;
}

export interface Session {
  /** One whole message. Anything but a request of the wire format closes the link. */
  receive(message: string): void;
  /** The link is gone: stop telling it events. */
  end(): void;
}

/** A reader this far behind is not reading: it is let go rather than kept in memory. */
const MAX_BACKLOG_BYTES = 16 * MAX_MESSAGE_BYTES;

const parse = (message: string): WireRequest | undefined => {
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) return undefined;
  try {
    return request.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
};

/** One conversation: requests are answered as they finish, in any order; events are sent as they happen. */
export const openSession = (app: ServedApp, link: Link): Session => {
  let ended = false;
  const send = (message: WireMessage): void => {
    if (ended) return;
    link.send(JSON.stringify(message));
    if (link.backlogBytes() > MAX_BACKLOG_BYTES) link.close();
  };
  const unsubscribe = app.subscribe((event, payload) => send({ event, payload }));

  return {
    receive: (message) => {
      if (ended) return;
      const parsed = parse(message);
      if (parsed === undefined) {
        link.close();
        return;
      }
      const { id, call, input } = parsed;
      void app.router.answer(call, input).then((answer) => send({ id, ...answer }));
    },
    end: () => {
      ended = true;
      unsubscribe();
    },
  };
};
