import { contextBridge, ipcRenderer } from 'electron';
import {
  type CallName,
  callNames,
  type EventName,
  eventNames,
  ipcChannel,
} from '../shared/contract/channels.ts';
import type { WireError } from '../shared/errorCodes.ts';
import { plainCopy } from '../shared/plainJson.ts';

type Listener = (payload: unknown) => void;
type Answer =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly error: WireError };

const isCallName = (name: unknown): name is CallName => callNames.some((known) => known === name);
const isEventName = (name: unknown): name is EventName => eventNames.some((known) => known === name);

/** Errors cross the bridge as plain objects: an Error would lose its code on the way. */
const refusal = (problem: string): WireError => ({
  code: 'INVALID_INPUT',
  message: `The window sent something that is not part of the contract: ${problem}.`,
  hint: 'Close the window and open it again.',
});

const plainInput = (input: unknown): unknown => {
  try {
    return plainCopy(input);
  } catch (error) {
    throw refusal(error instanceof TypeError ? error.message : 'an unreadable value');
  }
};

const listeners = new Map<EventName, Set<Listener>>();

ipcRenderer.on(ipcChannel.event, (_event, name: unknown, payload: unknown) => {
  if (!isEventName(name)) return;
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

contextBridge.exposeInMainWorld(
  'vault',
  Object.freeze({
    call: async (name: unknown, input: unknown): Promise<unknown> => {
      if (!isCallName(name)) throw refusal('an unknown call');
      const answer: Answer = await ipcRenderer.invoke(ipcChannel.call, name, plainInput(input));
      if (!answer.ok) throw answer.error;
      return answer.output;
    },
    on: (name: unknown, listener: unknown): (() => void) => {
      if (!isEventName(name)) throw new TypeError('There is no such event.');
      if (typeof listener !== 'function') throw new TypeError('A listener is a function.');
      // A function of its own, so that adding one listener twice is two subscriptions.
      const hear: Listener = (payload) => listener(payload);
      const heard = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, heard.add(hear));
      return () => {
        heard.delete(hear);
      };
    },
  }),
);
