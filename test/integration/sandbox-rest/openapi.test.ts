import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { restRoutes } from '../../../src/sandbox/rest/restHandler.ts';
import { projectRoot } from '../../helpers/sourceFiles.ts';
import { type Reply, StartedSandbox } from './startedSandbox.ts';

// biome-ignore lint/suspicious/noExplicitAny: a tree of JSON, read where it is asserted
type Json = any;

const document: Json = parse(readFileSync(join(projectRoot, 'resources/openapi.yaml'), 'utf8'));

const resolved = (node: Json): Json => {
  if (Array.isArray(node)) return node.map(resolved);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref !== 'string') {
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, resolved(value)]));
  }
  const [, ...steps] = node.$ref.split('/');
  const target = steps.reduce((at: Json, step: string) => at?.[step], document);
  if (target === undefined) throw new Error(`${node.$ref} points nowhere`);
  return resolved(target);
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const operations: ReadonlyMap<string, Json> = new Map(
  Object.entries(document.paths as Json).flatMap(([path, item]: [string, Json]) =>
    Object.keys(item)
      .filter((key) => methods.includes(key))
      .map((method): [string, Json] => [`${method.toUpperCase()} ${path}`, resolved(item[method])]),
  ),
);

/** Names that the schema knows at the place, through `allOf`. */
const namesIn = (schema: Json): string[] => [
  ...Object.keys(schema.properties ?? {}),
  ...(schema.allOf ?? []).flatMap(namesIn),
];

const sandbox = new StartedSandbox();
let token: string;
beforeAll(async () => {
  await sandbox.start();
  token = await sandbox.controlToken();
});
afterAll(() => sandbox.remove());

/** Calls it, and holds the answer against what the document says of it. */
const call = async (operation: string, parameter = '', body?: object): Promise<Reply> => {
  const [method = '', path = ''] = operation.split(' ');
  const reply = await sandbox.call(token, method, path.replace(/\{\w+\}/, parameter), body);
  const { responses } = operations.get(operation);
  const described = responses[String(reply.status)] ?? responses.default;
  expect(described, `${operation} ${reply.status}`).toBeDefined();
  if (described.content === undefined) {
    expect(reply.text).toBe('');
    return reply;
  }
  const { schema } = described.content['application/json'];
  z.fromJSONSchema(schema).parse(reply.body);
  const { data } = schema.properties;
  const known = namesIn(data?.items ?? data ?? {});
  if (known.length > 0) {
    const [shown = {}] = [reply.body.data].flat();
    expect(Object.keys(shown).filter((name) => !known.includes(name))).toEqual([]);
  }
  return reply;
};

describe('the document of the REST API', () => {
  it('describes every route of the sandbox and no other', () => {
    const routes = restRoutes({ accounts: undefined as never, objects: undefined as never });
    const served = routes.map(({ method, pattern }) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}')}`);
    expect([...operations.keys()].sort()).toEqual(served.sort());
  });

  it('says of every call whether it is documented by the service or assumed', () => {
    const documented = [...operations].filter(([, { 'x-assumed': isAssumed }]) => isAssumed !== true);
    expect(documented.map(([operation]) => operation)).toEqual([
      'GET /api/auth/me',
      'POST /api/chat',
      'GET /api/billing/quota',
    ]);
  });

  it('tells the truth about what each call answers', async () => {
    const called = new Set<string>();
    const succeed = async (operation: string, parameter?: string, body?: object): Promise<Json> => {
      called.add(operation);
      const reply = await call(operation, parameter, body);
      expect(reply.status, `${operation}: ${reply.text}`).toBeLessThan(300);
      return reply.body?.data;
    };
    const tokens = '/api/access-tokens';
    const keys = '/api/object-storage/access-keys';
    const buckets = '/api/object-storage/buckets';
    const madeToken = await succeed(`POST ${tokens}`, '', { name: 't', scope: 'read', expireDays: 1 });
    const madeKey = await succeed(`POST ${keys}`, '', { name: 'k', buckets: ['demo'], permission: 'read' });
    await succeed(`POST ${buckets}`, '', { name: 'documented' });
    await succeed(`POST ${keys}/{uid}/regenerate`, madeKey.uid);
    await succeed('POST /api/chat', '', { bucketName: 'demo', message: 'hello' });
    for (const operation of operations.keys()) if (operation.startsWith('GET ')) await succeed(operation);
    await succeed(`DELETE ${tokens}/{uid}`, madeToken.uid);
    await succeed(`DELETE ${keys}/{uid}`, madeKey.uid);
    await succeed(`DELETE ${buckets}/{name}`, 'documented');
    expect([...called].sort()).toEqual([...operations.keys()].sort());
  });

  it('tells the truth about failures', async () => {
    const codes = [
      await call('DELETE /api/access-tokens/{uid}', 'unknown'),
      await call('POST /api/object-storage/buckets', '', { name: 'NO' }),
      await call('POST /api/object-storage/buckets', '', { name: 'demo' }),
    ].map(({ body }) => body.error.code);
    expect(codes).toEqual(['NOT_FOUND', 'INVALID_INPUT', 'DUPLICATE_ENTRY']);
  });
});
