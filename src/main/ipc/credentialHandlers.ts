import type { Credential, Revealed } from '../../shared/contract/credentials.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import type { Buckets } from '../credentials/buckets.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Minting, MintOrder } from '../credentials/minting.ts';
import type { Reveals } from '../credentials/reveals.ts';
import { Secret } from '../lib/secret.ts';
import { withoutFinalLineBreak } from '../lib/secretShape.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names =
  | 'credential.list'
  | 'credential.delete'
  | 'token.create'
  | 'token.import'
  | 'key.create'
  | 'key.import'
  | 'reveal.take'
  | 'bucket.list'
  | 'bucket.create'
  | 'bucket.delete';

interface CredentialServices {
  readonly credentials: Credentials;
  readonly minting: Minting;
  readonly reveals: Reveals;
  readonly buckets: Buckets;
}

const secretOf = (text: string): Secret => Secret.of(withoutFinalLineBreak(text));

export const credentialHandlers = ({
  credentials,
  minting,
  reveals,
  buckets,
}: CredentialServices): HandlersOf<Names> => {
  const create = async (
    workspace: string,
    order: MintOrder,
  ): Promise<{ credential: Credential; revealId: string; unsealed: WireError | null }> => {
    const { credential, secret, unsealed } = await minting.create(workspace, order);
    const revealId = reveals.offer(credential, secret);
    return { credential, revealId, unsealed: unsealed?.toWire() ?? null };
  };

  return {
    'credential.list': (filter) => ({ credentials: credentials.list(filter) }),
    'credential.delete': async ({ id, kind }) => {
      await credentials.delete(id, kind);
      return { done: true };
    },
    'token.create': ({ workspace, route, ...order }) =>
      create(workspace, { kind: 'token', ...order, route: route ?? null }),
    'token.import': async (given) => ({
      credential: await credentials.importToken({ ...given, token: secretOf(given.token) }),
    }),
    'key.create': ({ workspace, expireDays, ...order }) =>
      create(workspace, { kind: 'key', ...order, expireDays: expireDays ?? null }),
    'key.import': async (given) => ({
      credential: await credentials.importKey({
        ...given,
        accessKeyId: withoutFinalLineBreak(given.accessKeyId),
        secretAccessKey: secretOf(given.secretAccessKey),
      }),
    }),
    'reveal.take': ({ revealId }): Revealed => reveals.take(revealId),
    'bucket.list': async ({ workspace }) => ({ buckets: [...(await buckets.list(workspace))] }),
    'bucket.create': async ({ workspace, name }) => ({ bucket: await buckets.create(workspace, name) }),
    'bucket.delete': async ({ workspace, name }) => {
      await buckets.delete(workspace, name);
      return { done: true };
    },
  };
};
