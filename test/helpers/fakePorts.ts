import type { DocumentStore, KeyWrapper, Logger, Notifier, Ports } from '../../src/main/ports.ts';

/** Visibly fake ports: nothing here is safe, and nothing leaves the process. */

export const fakePreferences = (): DocumentStore => {
  const documents = new Map<string, unknown>();
  return {
    read: (key) => documents.get(key),
    write: (key, value) => void documents.set(key, structuredClone(value)),
  };
};

export interface FakeNotifier extends Notifier {
  readonly notices: { readonly title: string; readonly body: string }[];
}

export const fakeNotifier = (): FakeNotifier => {
  const notices: { title: string; body: string }[] = [];
  return { notices, notify: (notice) => void notices.push(notice) };
};

export interface FakeLogger extends Logger {
  readonly lines: string[];
}

export const fakeLogger = (): FakeLogger => {
  const lines: string[] = [];
  return {
    lines,
    log: (level, message, fields) => void lines.push(JSON.stringify({ level, message, fields })),
  };
};

/** Opens at once and seals nothing: the data key lies in the slot as it is. */
export const fakeKeyWrapper = (): KeyWrapper => ({
  kind: 'fake',
  wrap: async (key) => ({ kind: 'fake', key: key.toString('hex') }),
  unwrap: async (wrapped) => ({ key: Buffer.from(String(wrapped.key), 'hex'), shouldRewrap: false }),
});

export const fakePorts = (ports: Partial<Ports> & Pick<Ports, 'clock'>): Ports => ({
  preferences: fakePreferences(),
  keychain: fakeKeyWrapper(),
  notifier: fakeNotifier(),
  clipboard: null,
  logger: fakeLogger(),
  ...ports,
});
