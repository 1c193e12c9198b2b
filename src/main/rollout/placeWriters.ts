import type { TargetKind, TargetPlace } from '../../shared/contract/rollout.ts';
import type { PlaceOf, PlaceWriter } from './placeWriter.ts';

type PlaceWriters = { readonly [Kind in TargetKind]: () => Promise<PlaceWriter<PlaceOf<Kind>>> };

/** Loaded when asked for: the clients of some services are large, and most vaults need none. */
const placeWriters: PlaceWriters = {
  awsProfile: async () => (await import('./places/awsProfile.ts')).awsProfile,
  dotenv: async () => (await import('./places/dotenv.ts')).dotenv,
  command: async () => (await import('./places/command.ts')).command,
  vaultKv: async () => (await import('./places/vaultKv.ts')).vaultKv,
  awsSecretsManager: async () => (await import('./places/awsSecretsManager.ts')).awsSecretsManager,
  gcpSecretManager: async () => (await import('./places/gcpSecretManager.ts')).gcpSecretManager,
  githubActions: async () => (await import('./places/githubActions.ts')).githubActions,
};

export const placeWriterOf = async ({ kind }: TargetPlace): Promise<PlaceWriter> => {
  const load: () => Promise<PlaceWriter> = placeWriters[kind];
  return load();
};
