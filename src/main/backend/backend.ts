import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { permission, scope } from '../../shared/contract/credentials.ts';
import type { Operation } from '../../shared/contract/workspaces.ts';
import { KEYS_PATH, TOKENS_PATH } from '../../shared/credentialPaths.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import { createBackendDispatcher } from './backendDispatcher.ts';
import { isSendable } from './exchange.ts';
import { BUCKETS_PATH } from './paths.ts';
import { Pause } from './pause.ts';
import { type May, nothingKnown, probeMay, type TokenState } from './probe.ts';
import { ServiceCalls, segment } from './serviceCalls.ts';
import {
  bucketShape,
  keyShape,
  type Me,
  meShape,
  newKeyShape,
  newTokenShape,
  type ServiceBucket,
  type ServiceKey,
  type ServiceToken,
  type ServiceWorkspace,
  tokenShape,
  workspaceShape,
} from './serviceShapes.ts';
import type { Heard } from './verdictOf.ts';

type Scope = z.infer<typeof scope>;
type Permission = z.infer<typeof permission>;

export interface NewTokenRequest {
  readonly name: string;
  readonly scope: Scope;
  readonly expireDays: number;
  readonly route?: string | undefined;
}

export interface NewKeyRequest {
  readonly name: string;
  readonly buckets: readonly string[];
  readonly permission: Permission;
  readonly expireDays?: number | undefined;
}

/** As the service says it, completed by what was asked for. */
export type CreatedToken = ServiceToken & {
  readonly scope: Scope;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly token: Secret;
};

export type CreatedKey = ServiceKey & {
  readonly buckets: string[];
  readonly permission: Permission;
  readonly createdAt: string;
  readonly secretAccessKey: Secret;
};

export type RegeneratedKey = ServiceKey & { readonly secretAccessKey: Secret };

/** `restricted`: the token is good, but its route does not admit the question. */
export type TokenProbe =
  | { readonly kind: 'valid'; readonly me: Me }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'invalid' };

export interface Probe {
  readonly token: TokenState;
  readonly may: May;
  /** The id of the token's workspace, where the service tells it. */
  readonly workspaceUid: string | null;
}

export interface BackendOptions {
  /** Origin of the REST API, from the workspace's configuration. */
  readonly apiUrl: string;
  /** The control token. */
  readonly token: Secret;
  readonly clock: Clock;
  /** What the service asked to wait for, shared by all that ask on behalf of the workspace. */
  readonly pause?: Pause;
  /** Told what every answer says of what the token may do. */
  readonly heard?: (operation: Operation, heard: Heard) => void;
  readonly dispatcher?: Dispatcher;
  /** For one call, body included. */
  readonly deadlineMs?: number;
}

/** The nfyio service as typed calls. Every failure is an AppError BACKEND_…. */
export interface Backend {
  me(): Promise<Me>;
  probeToken(): Promise<TokenProbe>;
  /** What the token may do, by nothing but reading. */
  probe(): Promise<Probe>;
  currentWorkspace(): Promise<ServiceWorkspace>;
  listTokens(): Promise<ServiceToken[]>;
  createToken(wanted: NewTokenRequest): Promise<CreatedToken>;
  deleteToken(uid: string): Promise<void>;
  listKeys(): Promise<ServiceKey[]>;
  createKey(wanted: NewKeyRequest): Promise<CreatedKey>;
  /** The old secret is dead when the service has answered. */
  regenerateKey(uid: string): Promise<RegeneratedKey>;
  deleteKey(uid: string): Promise<void>;
  listBuckets(): Promise<ServiceBucket[]>;
  createBucket(name: string): Promise<ServiceBucket>;
  deleteBucket(name: string): Promise<void>;
}

export const createBackend = ({
  apiUrl,
  token,
  clock,
  pause = new Pause(clock),
  heard = () => undefined,
  dispatcher = createBackendDispatcher(),
  deadlineMs = 60_000,
}: BackendOptions): Backend => {
  const calls = new ServiceCalls({ apiUrl, token, clock, pause, heard, dispatcher, deadlineMs });
  const inDays = (days: number): string => new Date(clock.now() + days * DAY_MS).toISOString();
  const remove = async (path: string): Promise<void> => {
    await calls.send({ method: 'DELETE', path });
  };

  const probeToken = async (): Promise<TokenProbe> => {
    if (!isSendable(token)) return { kind: 'invalid' };
    const answer = await calls.ask({ method: 'GET', path: '/api/auth/me' });
    if (answer.kind === 'failure' && answer.status === 401) return { kind: 'invalid' };
    if (answer.kind === 'failure' && answer.status === 403 && answer.code === 'ROUTE_FORBIDDEN')
      return { kind: 'restricted' };
    return { kind: 'valid', me: calls.expect(answer, meShape) };
  };

  return {
    me: () => calls.one({ method: 'GET', path: '/api/auth/me' }, meShape),

    probeToken,

    probe: async () => {
      const found = await probeToken();
      if (found.kind === 'invalid') return { token: 'dead', may: nothingKnown, workspaceUid: null };
      return {
        token: found.kind === 'valid' ? 'good' : 'restricted',
        may: await probeMay(calls, token.reveal()),
        workspaceUid: found.kind === 'valid' ? found.me.workspaceId : null,
      };
    },

    currentWorkspace: () => calls.one({ method: 'GET', path: '/api/workspaces/current' }, workspaceShape),

    listTokens: () => calls.all('listTokens', TOKENS_PATH, tokenShape),

    createToken: async (wanted) => {
      const made = await calls.one(
        { method: 'POST', operation: 'createToken', path: TOKENS_PATH, body: wanted },
        newTokenShape,
      );
      return {
        ...made,
        scope: made.scope ?? wanted.scope,
        route: made.route ?? wanted.route ?? null,
        createdAt: made.createdAt ?? inDays(0),
        expiresAt: made.expiresAt ?? inDays(wanted.expireDays),
        token: Secret.of(made.token),
      };
    },

    deleteToken: async (uid) => remove(`${TOKENS_PATH}/${segment(uid)}`),

    listKeys: () => calls.all('listKeys', KEYS_PATH, keyShape),

    createKey: async (wanted) => {
      const made = await calls.one(
        { method: 'POST', operation: 'createKey', path: KEYS_PATH, body: wanted },
        newKeyShape,
      );
      return {
        ...made,
        buckets: made.buckets ?? [...wanted.buckets],
        permission: made.permission ?? wanted.permission,
        createdAt: made.createdAt ?? inDays(0),
        expiresAt: made.expiresAt ?? (wanted.expireDays === undefined ? null : inDays(wanted.expireDays)),
        secretAccessKey: Secret.of(made.secretAccessKey),
      };
    },

    regenerateKey: async (uid) => {
      const made = await calls.one(
        { method: 'POST', operation: 'regenerateKey', path: `${KEYS_PATH}/${segment(uid)}/regenerate` },
        newKeyShape,
      );
      return { ...made, secretAccessKey: Secret.of(made.secretAccessKey) };
    },

    deleteKey: async (uid) => remove(`${KEYS_PATH}/${segment(uid)}`),

    listBuckets: () => calls.all('listBuckets', BUCKETS_PATH, bucketShape),

    createBucket: (name) =>
      calls.one(
        { method: 'POST', operation: 'createBucket', path: BUCKETS_PATH, body: { name } },
        bucketShape,
      ),

    deleteBucket: async (name) => remove(`${BUCKETS_PATH}/${segment(name)}`),
  };
};
