import fc from 'fast-check';
import type { ReadRecord } from '../vault/documentedReader.ts';

/** What a vault may hold, made at random by the rules of the documents and not by those of the code. */
export type RandomRecord = Pick<ReadRecord, 'kind' | 'id' | 'secret'> & {
  readonly meta: Readonly<Record<string, unknown>>;
};

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-';
const letters = (from: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...from), minLength, maxLength });

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((text) => text.trim())
  .filter((text) => text !== '' && text.length <= 70 && !/\p{Cc}/u.test(text));
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const maybe = <T>(inner: fc.Arbitrary<T>) => fc.option(inner, { nil: null });
const buckets = fc.uniqueArray(letters('abcdefghij0123456789', 3, 12), { minLength: 1, maxLength: 3 });
const route = fc.constantFrom('/api/chat/*', '/api/usage', '/api/*');
const secretText = letters(`${alphabet}/+=.!`, 1, 60).filter(
  (text) => !/^(?:nfyio_|AKIA|ASIA|NFYLOCAL|\{)/.test(text),
);
/** Fields of a later release are kept. */
const later = fc.constantFrom({}, { labels: ['later'], note: { deep: null } });

const workspaceMeta = fc
  .record({
    ...{ name, apiUrl: maybe(fc.constantFrom('https://app.nfyio.com', 'http://127.0.0.1:7473')) },
    ...{ s3Url: maybe(fc.constantFrom('https://s3.nfyio.com', 'https://s3.example.org:8333')) },
    ...{ createdAt: time, later, uid: maybe(fc.uuid()) },
    ...{ accent: fc.constantFrom('indigo', 'teal', 'slate'), capabilities: fc.constant(null) },
  })
  .map(({ later: fields, ...meta }) => ({ ...meta, ...fields, isSandbox: false }));

const common = {
  name,
  uid: maybe(fc.uuid()),
  origin: fc.constantFrom('minted', 'imported'),
  createdAt: time,
};
const tokenMeta = fc.record({
  ...{ ...common, kind: fc.constant('token'), expiresAt: maybe(time) },
  ...{ scope: fc.constantFrom('read', 'write'), route: maybe(route) },
});
const keyMeta = fc.record({
  ...{
    ...common,
    kind: fc.constant('key'),
    expiresAt: maybe(time),
    accessKeyId: letters('ABCDEF0123456789', 16),
  },
  ...{ buckets: fc.oneof(fc.constant(['*']), buckets), permission: fc.constantFrom('read', 'read-write') },
});
const connectionMeta = fc.record({
  ...{ name, kind: fc.constantFrom('s3', 'api'), readOnly: fc.boolean(), buckets: maybe(buckets) },
  ...{ prefix: maybe(fc.constantFrom('a/', 'ü/')), route: maybe(route) },
  ...{ methods: maybe(fc.subarray(['GET', 'PUT', 'DELETE'], { minLength: 1 })), createdAt: time },
  ...{ expiresAt: maybe(time), openPort: maybe(fc.integer({ min: 1024, max: 65_535 })) },
});

type Random = Readonly<Record<string, unknown>>;

/** With names that are taken once only. */
const unique = <T extends { readonly name: string }>(metas: readonly T[]): T[] =>
  metas.map((meta, index) => ({ ...meta, name: `${meta.name} ${index}` }));

const local = fc.record({
  accessKeyId: letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 12).map((text) => `NFYLOCAL${text}`),
  secretKey: letters(alphabet, 40),
  token: letters(alphabet, 32).map((text) => `nfyio_lt_${text}`),
});

/** A vault of a few workspaces with their credentials and connections. */
export const randomVault: fc.Arbitrary<readonly RandomRecord[]> = fc
  .record({
    workspaces: fc.array(fc.tuple(workspaceMeta, maybe(secretText)), { minLength: 1, maxLength: 3 }),
    credentials: fc.array(fc.tuple(fc.oneof(tokenMeta, keyMeta), secretText), { maxLength: 5 }),
    connections: fc.array(fc.tuple(connectionMeta, local, fc.infiniteStream(fc.boolean())), { maxLength: 4 }),
    ids: fc.uniqueArray(fc.uuid({ version: 4 }), { minLength: 12, maxLength: 12 }),
  })
  .map(({ workspaces, credentials, connections, ids }) => {
    const free = [...ids];
    const id = (): string => free.pop() ?? '';
    const made: RandomRecord[] = unique(workspaces.map(([meta]) => meta)).map((meta, index) => {
      const secret = workspaces[index]?.[1] ?? null;
      return { kind: 'workspace', id: id(), meta: { ...meta, hasControlToken: secret !== null }, secret };
    });
    const workspaceOf = (index: number): string => made[index % workspaces.length]?.id ?? '';
    const ofCredentials: RandomRecord[] = unique(
      credentials.map(([meta]) => meta as Random & { name: string }),
    ).map((meta, index) => ({
      ...{ kind: 'credential', id: id(), meta: { ...meta, workspaceId: workspaceOf(index) } },
      // Equal tokens in one workspace would be one token.
      secret: `${credentials[index]?.[1]}${index}`,
    }));
    const ofConnections = unique(connections.map(([meta]) => meta)).map((meta, index): RandomRecord => {
      const workspaceId = workspaceOf(index);
      const [, pair, picks] = connections[index] ?? [];
      const bound = ofCredentials.filter(
        (credential) => credential.meta.workspaceId === workspaceId && picks?.next().value === true,
      );
      const isOpen = meta.openPort !== null;
      const isPair = !isOpen && meta.kind === 's3';
      const secret = isOpen ? null : ((isPair ? pair?.secretKey : pair?.token) ?? '');
      return {
        kind: 'connection',
        id: id(),
        meta: {
          ...{ ...meta, workspaceId, credentialIds: bound.map((credential) => credential.id) },
          accessKeyId: isPair ? pair?.accessKeyId : null,
        },
        secret,
      };
    });
    return [...made, ...ofCredentials, ...ofConnections];
  });
