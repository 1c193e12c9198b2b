import type { AtService } from '../credentials/atService.ts';
import type { Intents } from '../credentials/intents.ts';
import type { AutomaticRotation } from '../rotation/automaticRotation.ts';
import type { Regenerating } from '../rotation/regenerating.ts';
import type { Rotations } from '../rotation/rotations.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names =
  | 'rotation.start'
  | 'rotation.list'
  | 'rotation.undo'
  | 'rotation.finish'
  | 'rotation.schedule'
  | 'key.regenerate'
  | 'intent.list'
  | 'intent.resolve'
  | 'intent.dismiss';

interface RotationServices {
  readonly rotations: Rotations;
  readonly automaticRotation: AutomaticRotation;
  readonly regenerating: Regenerating;
  readonly intents: Intents;
  readonly atService: AtService;
}

export const rotationHandlers = ({
  rotations,
  regenerating,
  automaticRotation,
  intents,
  atService,
}: RotationServices): HandlersOf<Names> => ({
  'rotation.start': ({ credential, kind, drainMs }) => rotations.start(credential, kind, drainMs),
  'rotation.list': () => ({ rotations: rotations.list() }),
  'rotation.undo': async ({ rotation, kind }) => ({ rotation: await rotations.undo(rotation, kind) }),
  'rotation.finish': async ({ rotation, kind }) => {
    await rotations.finish(rotation, kind);
    return { done: true };
  },
  'rotation.schedule': async ({ credential, kind, daysBefore }) => ({
    credential: await automaticRotation.choose(credential, kind, daysBefore),
  }),
  'key.regenerate': ({ credential, onLongRequests }) => regenerating.regenerate(credential, onLongRequests),
  'intent.list': () => ({ intents: intents.list() }),
  'intent.resolve': async ({ id }) => {
    const intent = intents.find(id);
    if (intent.what === 'regenerate') {
      const { what, credentialId } = intent;
      return { what, regeneration: await regenerating.regenerate(credentialId ?? '', 'goOn') };
    }
    return { what: 'mint', deleted: [...(await atService.cleanUp(intent))] };
  },
  'intent.dismiss': async ({ id }) => {
    await intents.dismiss(id);
    return { done: true };
  },
});
