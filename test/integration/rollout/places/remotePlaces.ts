import { AppError } from '../../../../src/main/lib/appError.ts';
import { Secret } from '../../../../src/main/lib/secret.ts';
import { awsSecretsManagerWriter } from '../../../../src/main/rollout/places/awsSecretsManager.ts';
import type { PlaceLimits } from '../../../../src/main/rollout/places/boundHttp.ts';
import { gcpSecretManagerWriter } from '../../../../src/main/rollout/places/gcpSecretManager.ts';
import { githubActionsWriter } from '../../../../src/main/rollout/places/githubActions.ts';
import { vaultKvWriter } from '../../../../src/main/rollout/places/vaultKv.ts';
import type { NamedValue, PlaceWriter } from '../../../../src/main/rollout/placeWriter.ts';
import type { TargetPlace } from '../../../../src/shared/contract/rollout.ts';
import type { Certificate } from '../../../helpers/certificates.ts';
import { ActionsPeer } from '../../../helpers/peers/actionsPeer.ts';
import type { PeerServer } from '../../../helpers/peers/peerServer.ts';
import { SecretManagerPeer } from '../../../helpers/peers/secretManagerPeer.ts';
import { SecretsManagerPeer } from '../../../helpers/peers/secretsManagerPeer.ts';
import { VaultKvPeer } from '../../../helpers/peers/vaultKvPeer.ts';

/** One remote place, and a peer that plays the service behind it. */
export interface RemotePlace {
  readonly peer: PeerServer;
  readonly writer: (limits?: PlaceLimits) => PlaceWriter;
  /** At the peer, or at another address. */
  readonly place: (address?: string) => TargetPlace;
  readonly access: string;
  /** What opens it, and what a service can be led to say back. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What can be read there; null where nothing can. */
  readonly fields: () => unknown;
  /** What is written there with a request of this kind. */
  readonly isWrite: (request: { readonly method: string; readonly headers: object }) => boolean;
}

export const vaultPlace = (certificate: Certificate | null = null) => {
  const peer = new VaultKvPeer(certificate);
  const place = (address = peer.url) =>
    ({ kind: 'vaultKv', url: address, namespace: null, mount: peer.mount, path: 'app/storage' }) as const;
  return {
    peer,
    writer: vaultKvWriter as unknown as RemotePlace['writer'],
    place,
    access: peer.token,
    secrets: { token: peer.token },
    fields: () => peer.latest('app/storage'),
    isWrite: ({ method }) => method === 'POST',
  } satisfies RemotePlace;
};

export const awsPlace = (certificate: Certificate | null = null) => {
  const peer = new SecretsManagerPeer(certificate);
  peer.put('prod/storage', null);
  const place = (address = peer.url) =>
    ({
      kind: 'awsSecretsManager',
      region: peer.region,
      secretId: 'prod/storage',
      endpoint: address,
    }) as const;
  const { accessKeyId, secretAccessKey } = peer;
  return {
    peer,
    writer: awsSecretsManagerWriter as unknown as RemotePlace['writer'],
    place,
    access: JSON.stringify({ accessKeyId, secretAccessKey }),
    secrets: { secretAccessKey },
    fields: () => peer.current('prod/storage'),
    isWrite: ({ headers }) =>
      (headers as Record<string, string>)['x-amz-target'] === 'secretsmanager.PutSecretValue',
  } satisfies RemotePlace;
};

export const gcpPlace = (certificate: Certificate | null = null) => {
  const peer = new SecretManagerPeer(certificate);
  peer.put('storage');
  const place = (address = peer.url) =>
    ({ kind: 'gcpSecretManager', project: peer.project, secret: 'storage', endpoint: address }) as const;
  return {
    peer,
    writer: gcpSecretManagerWriter as unknown as RemotePlace['writer'],
    place,
    access: peer.keyFile(),
    secrets: { privateKey: peer.privateKey, oneLineOfIt: peer.privateKey.split('\n')[3] ?? '' },
    fields: () => peer.latest('storage'),
    isWrite: ({ method }) => method === 'POST',
  } satisfies RemotePlace;
};

export const githubPlace = (certificate: Certificate | null = null) => {
  const peer = new ActionsPeer(certificate);
  const place = (address = peer.url) =>
    ({
      kind: 'githubActions',
      owner: 'ada',
      repository: 'engine',
      environment: null,
      apiUrl: address,
    }) as const;
  return {
    peer,
    writer: githubActionsWriter as unknown as RemotePlace['writer'],
    place,
    access: peer.token,
    secrets: { token: peer.token },
    fields: () => null,
    isWrite: ({ method }) => method === 'PUT',
  } satisfies RemotePlace;
};

export const newKey = {
  id: 'AKIANEWNEWNEWNEWNEWN',
  secret: 'new/secret+of/forty/characters/0123456789',
} as const;

export const values = (id: string = newKey.id, secret: string = newKey.secret): readonly NamedValue[] => [
  { name: 'AWS_ACCESS_KEY_ID', value: Secret.of(id) },
  { name: 'AWS_SECRET_ACCESS_KEY', value: Secret.of(secret) },
];

/** The failure that is expected of a promise. */
export const failureOf = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};
