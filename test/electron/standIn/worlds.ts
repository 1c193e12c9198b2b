/**
 * What runs inside the page. The functions are sent to Chromium as text, so each stands on its own: it may use its
 * arguments and the platform, and nothing else of this module.
 */

interface BridgeEnd {
  expose(key: string, value: unknown): void;
}

/**
 * One end of the context bridge; there is one in the page's world and one in the preload's. The worlds share the DOM
 * but no object, so values travel as text in DOM events, copied by the rules of Electron's bridge: functions and
 * promises become stand-ins that call back, getters are read, prototypes and symbols are dropped.
 */
export const createBridgeEnd = (channel: string, side: 'page' | 'preload'): BridgeEnd => {
  type Tagged = readonly [tag: string, value?: unknown];
  const otherSide = side === 'page' ? 'preload' : 'page';
  const functions = new Map<number, (...values: unknown[]) => unknown>();
  const promises = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>();
  let lastId = 0;

  const tell = (topic: string, message: unknown): void => {
    window.dispatchEvent(new CustomEvent(`${channel}:${topic}`, { detail: JSON.stringify(message) }));
  };
  const hear = (topic: string, listener: (message: never) => void): void =>
    window.addEventListener(`${channel}:${topic}`, (event) =>
      listener(JSON.parse((event as CustomEvent<string>).detail) as never),
    );

  const encodeObject = (value: object, depth: number): Tagged => {
    if (Array.isArray(value)) return ['array', value.map((item) => encode(item, depth + 1))];
    if (value instanceof Error) return ['error', value.message];
    if (value instanceof Promise) {
      lastId += 1;
      const id = lastId;
      value.then(
        (result) => tell(`settle:${otherSide}`, { id, isKept: true, value: encode(result, 0) }),
        (reason) => tell(`settle:${otherSide}`, { id, isKept: false, value: encode(reason, 0) }),
      );
      return ['promise', id];
    }
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind !== 'Object') return ['host', kind];
    return ['object', Object.entries(value).map(([key, field]) => [key, encode(field, depth + 1)])];
  };

  const encode = (value: unknown, depth: number): Tagged => {
    if (depth > 1000) throw new TypeError('Electron contextBridge recursion depth exceeded.');
    if (value === undefined) return ['undefined'];
    if (typeof value === 'number') return ['number', String(value)];
    if (typeof value === 'bigint') return ['bigint', String(value)];
    if (typeof value === 'symbol') throw new TypeError('An object could not be cloned.');
    if (typeof value === 'function') {
      lastId += 1;
      functions.set(lastId, value as (...values: unknown[]) => unknown);
      return ['function', lastId];
    }
    return typeof value === 'object' && value !== null ? encodeObject(value, depth) : ['plain', value];
  };

  const callOther = (id: number, values: readonly unknown[]): unknown => {
    lastId += 1;
    const replyTopic = `reply:${side}:${lastId}`;
    let reply: { isKept: boolean; value: Tagged } | undefined;
    const takeReply = (event: Event): void => {
      reply = JSON.parse((event as CustomEvent<string>).detail);
    };
    window.addEventListener(`${channel}:${replyTopic}`, takeReply, { once: true });
    tell(`call:${otherSide}`, { id, replyTopic, values: values.map((value) => encode(value, 0)) });
    if (reply === undefined) throw new Error('The other world is gone.');
    if (!reply.isKept) throw decode(reply.value);
    return decode(reply.value);
  };

  const hostObject = (kind: string): unknown => {
    const platform = globalThis as unknown as Record<string, { prototype: object } | undefined>;
    return Object.create(platform[kind]?.prototype ?? Array.prototype);
  };

  const decoders: Record<string, (value: never) => unknown> = {
    undefined: () => undefined,
    plain: (value) => value,
    number: (value) => Number(value),
    bigint: (value) => BigInt(value),
    host: (kind: string) => hostObject(kind),
    error: (message: string) => new Error(message),
    array: (items: readonly Tagged[]) => items.map(decode),
    function:
      (id: number) =>
      (...values: unknown[]) =>
        callOther(id, values),
    promise: (id: number) =>
      new Promise((resolve, reject) => {
        promises.set(id, { resolve, reject });
      }),
    object: (fields: readonly (readonly [string, Tagged])[]) => {
      const copy = {};
      for (const [key, field] of fields)
        Object.defineProperty(copy, key, { value: decode(field), enumerable: true, writable: true });
      return copy;
    },
  };
  const decode = ([tag, value]: Tagged): unknown => decoders[tag]?.(value as never);

  const freezeDeep = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freezeDeep);
    return value;
  };

  hear(`call:${side}`, ({ id, replyTopic, values }: { id: number; replyTopic: string; values: Tagged[] }) => {
    try {
      const result = functions.get(id)?.(...values.map(decode));
      tell(replyTopic, { isKept: true, value: encode(result, 0) });
    } catch (error) {
      tell(replyTopic, { isKept: false, value: encode(error, 0) });
    }
  });
  hear(`settle:${side}`, ({ id, isKept, value }: { id: number; isKept: boolean; value: Tagged }) => {
    const promise = promises.get(id);
    promises.delete(id);
    if (isKept) promise?.resolve(decode(value));
    else promise?.reject(decode(value));
  });
  hear(`expose:${side}`, ({ key, value }: { key: string; value: Tagged }) => {
    Object.defineProperty(window, key, { value: freezeDeep(decode(value)), enumerable: true });
  });

  return { expose: (key, value) => tell(`expose:${otherSide}`, { key, value: encode(value, 0) }) };
};

type BridgeFactory = typeof createBridgeEnd;

/** The page's end. Runs before any script of the page. */
export const preparePage = (createEnd: BridgeFactory, channel: string): void => {
  if (window.top === window) createEnd(channel, 'page');
};

export interface PreloadGlobals {
  /** A binding that only this world has: it reaches the stand-in's `ipcMain`. */
  standInSend(message: string): void;
  standInReceive(message: string): void;
}

/** The preload's world: `require('electron')` as a sandboxed preload has it, then the preload itself. */
export const runPreload = (
  createEnd: BridgeFactory,
  channel: string,
  preload: (require: (name: string) => unknown, module: { exports: object }, exports: object) => void,
): void => {
  // Like Electron without `nodeIntegrationInSubFrames`: the main frame only.
  if (window.top !== window) return;
  const world = globalThis as unknown as PreloadGlobals;
  const end = createEnd(channel, 'preload');
  const waiting = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>();
  const listeners = new Map<string, Set<(...values: unknown[]) => void>>();
  let lastId = 0;

  world.standInReceive = (text) => {
    const message = JSON.parse(text);
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.values);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.isKept) call?.resolve(message.value);
    else call?.reject(new Error(message.value));
  };

  const electron = {
    contextBridge: { exposeInMainWorld: end.expose },
    ipcRenderer: {
      invoke: (name: string, ...values: unknown[]) =>
        new Promise((resolve, reject) => {
          lastId += 1;
          waiting.set(lastId, { resolve, reject });
          world.standInSend(JSON.stringify({ id: lastId, channel: name, values }));
        }),
      on: (name: string, listener: (...values: unknown[]) => void) => {
        const heard = listeners.get(name) ?? new Set();
        listeners.set(name, heard.add(listener));
      },
    },
  };
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`module not found: ${name}`);
    },
    module,
    module.exports,
  );
};
