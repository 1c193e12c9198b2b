import type { CallName, CallOutput, EventName, EventPayload } from '../shared/contract/contract.ts';
import { errorTable, type WireError } from '../shared/errorCodes.ts';
import type { WireMessage } from '../shared/wire.ts';
import type { Link, LinkedBridge } from './bridge.ts';

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: WireError) => void;
}

const RETRY_MS = [250, 500, 1000, 2000, 4000] as const;

const lost = (): WireError => ({
  code: 'NOT_RUNNING',
  message: 'The connection to nfyio Vault was lost.',
  hint: errorTable.NOT_RUNNING.try,
});

/** Calls made while the line is down wait for it; calls that were under way when it broke are rejected. */
export const openSocketBridge = (url: string): LinkedBridge => {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const linkListeners = new Set<(link: Link) => void>();
  let unsent: string[] = [];
  let link: Link = 'connecting';
  let socket: WebSocket | null = null;
  let attempt = 0;
  let lastId = 0;

  const setLink = (next: Link): void => {
    link = next;
    for (const listener of linkListeners) listener(next);
  };

  const receive = (message: WireMessage): void => {
    if ('event' in message) {
      for (const listener of listeners.get(message.event as EventName) ?? [])
        listener(message.payload as never);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) call?.resolve(message.output as never);
    else call?.reject(message.error);
  };

  const open = (): void => {
    const next = new WebSocket(url);
    socket = next;
    next.addEventListener('open', () => {
      attempt = 0;
      for (const text of unsent) next.send(text);
      unsent = [];
      setLink('open');
    });
    next.addEventListener('message', ({ data }) => receive(JSON.parse(String(data)) as WireMessage));
    next.addEventListener('close', () => {
      unsent = [];
      for (const { reject } of waiting.values()) reject(lost());
      waiting.clear();
      setLink('lost');
      setTimeout(open, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
      attempt += 1;
    });
  };
  open();

  return {
    call: <Name extends CallName>(name: Name, input: unknown) =>
      new Promise<CallOutput<Name>>((resolve, reject) => {
        lastId += 1;
        const text = JSON.stringify({ id: lastId, call: name, input });
        waiting.set(lastId, { resolve, reject });
        if (socket?.readyState === WebSocket.OPEN) socket.send(text);
        else unsent.push(text);
      }),
    on: <Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: never) => void));
      return () => void set.delete(listener as (payload: never) => void);
    },
    onLink: (listener) => {
      linkListeners.add(listener);
      listener(link);
      return () => void linkListeners.delete(listener);
    },
  };
};
