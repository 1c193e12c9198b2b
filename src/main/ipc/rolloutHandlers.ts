import { Secret } from '../lib/secret.ts';
import type { Rollouts } from '../rollout/rollouts.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names = 'target.list' | 'target.add' | 'target.remove' | 'target.preview' | 'target.write';

export const rolloutHandlers = (rollouts: Rollouts): HandlersOf<Names> => ({
  'target.list': (wanted) => ({
    targets: 'credential' in wanted ? rollouts.list(wanted.credential, wanted.kind) : rollouts.list(),
  }),
  'target.add': ({ access, ...wanted }) =>
    rollouts.add({ ...wanted, ...(access === undefined ? {} : { access: Secret.of(access) }) }),
  'target.remove': async ({ id }) => {
    await rollouts.remove(id);
    return { done: true };
  },
  'target.preview': ({ id }) => rollouts.preview(id),
  'target.write': async ({ id }) => ({ target: await rollouts.write(id) }),
});
