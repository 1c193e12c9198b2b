import { z } from 'zod';
import { bucketName, route } from '../../shared/contract/credentials.ts';
import type { Skipped } from '../../shared/contract/transfer.ts';
import { name } from '../../shared/contract/words.ts';
import { checkKeyShape, checkTokenShape } from '../lib/secretShape.ts';
import type { OpenedRecord } from '../vault/openRecords.ts';
import { connectionMeta, credentialMeta, type Incoming, type Thing, workspaceMeta } from './incoming.ts';

/**
 * An export may have been made by somebody else: what comes in by it is held to the same rules as what a person
 * types, so that nothing enters the vault that could not have been made in it.
 */

type Kind = Thing['kind'];
/** The order in which they can come in: each needs only what is before it. */
const kinds: readonly Kind[] = ['workspace', 'credential', 'connection'];

const bucket = z.union([bucketName, z.literal('*')]);
const named = z.object({ name });
const keyRules = named.extend({ accessKeyId: z.string().min(1).max(256), buckets: z.array(bucket).max(100) });
const tokenRules = named.extend({ route: route.nullable() });
const connectionRules = named.extend({
  buckets: z.array(bucketName).max(100).nullable(),
  prefix: z.string().max(1024).nullable(),
  route: route.nullable(),
  methods: z.array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])).nullable(),
  openPort: z.number().int().min(1).max(65_535).nullable(),
});

/** @returns null when a rule is broken; @throws when a value has another shape than ours */
const thingOf = (
  { kind, id, meta, secret }: OpenedRecord,
  endpointOrigin: (url: string) => string,
): Thing | null => {
  const text = secret?.reveal() ?? null;
  z.uuid().parse(id);
  switch (kind) {
    case 'workspace': {
      const own = workspaceMeta.parse(meta);
      named.parse(own);
      for (const url of [own.apiUrl, own.s3Url]) if (url !== null && endpointOrigin(url) !== url) return null;
      if (text !== null) checkTokenShape(text);
      return own.hasControlToken === (text !== null) ? { kind, id, meta: own } : null;
    }
    case 'credential': {
      const own = credentialMeta.parse(meta);
      if (text === null) return null;
      if (own.kind === 'key') {
        keyRules.parse(own);
        checkKeyShape(own.accessKeyId, text);
      } else {
        tokenRules.parse(own);
        checkTokenShape(text);
      }
      return { kind, id, meta: own };
    }
    case 'connection': {
      const own = connectionMeta.parse(meta);
      connectionRules.parse(own);
      return isLocal(own, text) ? { kind, id, meta: own } : null;
    }
    default:
      return null;
  }
};

/** Whether its local credential is one that we make. */
const isLocal = (
  { kind, openPort, accessKeyId }: z.infer<typeof connectionMeta>,
  secret: string | null,
): boolean => {
  if (openPort !== null) return accessKeyId === null && secret === null;
  if (secret === null) return false;
  return kind === 's3'
    ? /^NFYLOCAL[A-Z2-7]{12}$/.test(accessKeyId ?? '') && /^[A-Za-z0-9_-]{40}$/.test(secret)
    : accessKeyId === null && /^nfyio_lt_[A-Za-z0-9_-]{32}$/.test(secret);
};

const attempted = (record: OpenedRecord, endpointOrigin: (url: string) => string): Thing | null => {
  try {
    return thingOf(record, endpointOrigin);
  } catch {
    return null;
  }
};

const nameOf = ({ kind, meta }: OpenedRecord): string => {
  const given = typeof meta === 'object' && meta !== null && 'name' in meta ? meta.name : null;
  return name.safeParse(given).data ?? `a ${kind.slice(0, 20)} without a name`;
};

/** Whether everything that it hangs on is in the same export and in the same workspace. */
const isAttached = (thing: Thing, before: ReadonlyMap<string, Thing>): boolean => {
  if (thing.kind === 'workspace') return true;
  const { workspaceId } = thing.meta;
  if (before.get(workspaceId)?.kind !== 'workspace') return false;
  return (
    thing.kind === 'credential' ||
    thing.meta.credentialIds.every((id) => {
      const bound = before.get(id);
      return bound === undefined || (bound.kind === 'credential' && bound.meta.workspaceId === workspaceId);
    })
  );
};

/** Takes the secrets of what comes in over, and wipes the others. */
export const readExport = (
  records: readonly OpenedRecord[],
  /** @throws when it is no address that the product talks to */
  endpointOrigin: (url: string) => string,
): { readonly incoming: readonly Incoming[]; readonly skipped: readonly Skipped[] } => {
  const incoming: Incoming[] = [];
  const skipped: Skipped[] = [];
  const before = new Map<string, Thing>();
  const leaveOut = (record: OpenedRecord, because: Skipped['because']): void => {
    record.secret?.wipe();
    skipped.push({ name: nameOf(record), because });
  };
  for (const wanted of kinds) {
    for (const record of records.filter(({ kind }) => kind === wanted)) {
      const thing = before.has(record.id) ? null : attempted(record, endpointOrigin);
      if (thing === null || !isAttached(thing, before)) {
        leaveOut(record, 'unusable');
        continue;
      }
      before.set(thing.id, thing);
      incoming.push({
        candidateId: String(incoming.length + 1),
        thing,
        secret: record.secret,
        endpoint: null,
      });
    }
  }
  for (const record of records) if (!kinds.includes(record.kind as Kind)) leaveOut(record, 'unknown-kind');
  return { incoming, skipped };
};
