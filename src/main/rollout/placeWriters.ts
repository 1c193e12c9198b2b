import type { TargetKind, TargetPlace } from '../../shared/contract/rollout.ts';
import { AppError } from '../lib/appError.ts';
import type { PlaceOf, PlaceWriter } from './placeWriter.ts';

type PlaceWriters = { readonly [Kind in TargetKind]?: () => Promise<PlaceWriter<PlaceOf<Kind>>> };

/** Loaded when asked for: the clients of some services are large, and most vaults need none. */
const placeWriters: PlaceWriters = {
  awsProfile: async () => (await import('./places/awsProfile.ts')).awsProfile,
  dotenv: async () => (await import('./places/dotenv.ts')).dotenv,
  command: async () => (await import('./places/command.ts')).command,
};

export const placeWriterOf = async ({ kind }: TargetPlace): Promise<PlaceWriter> => {
  const load: (() => Promise<PlaceWriter>) | undefined = placeWriters[kind];
  if (load === undefined)
    throw new AppError('INVALID_INPUT', { detail: 'Places of this kind cannot be written to yet.' });
  return load();
};
