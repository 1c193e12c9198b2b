import type { Answer } from '../../../src/main/ipc/router.ts';
import type { ServedApp } from '../../../src/main/transports/session.ts';
import type { EventName } from '../../../src/shared/contract/channels.ts';

/** Visibly fake: `echo` answers its input, `slow` waits for `release()`, everything else fails. */
export const cannedApp = () => {
  const listeners = new Set<(name: EventName, payload: unknown) => void>();
  const calls: string[] = [];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = async (name: string, input: unknown): Promise<Answer> => {
    calls.push(name);
    if (name === 'slow') await released;
    if (name === 'echo' || name === 'slow') return { ok: true, output: { echo: input } };
    return { ok: false, error: { code: 'INVALID_INPUT', message: 'No such call.', hint: 'Call echo.' } };
  };
  const app: ServedApp = {
    router: { answer },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const emit = (name: EventName, payload: unknown): void => {
    for (const listener of listeners) listener(name, payload);
  };
  return { app, calls, emit, release, listenerCount: () => listeners.size };
};

export const silentLogger = { log: () => undefined };
