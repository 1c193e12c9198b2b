import { Secret } from '../lib/secret.ts';
import type { Rollouts } from '../rollout/rollouts.ts';
import type { Targets } from '../rollout/targets.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names = 'target.list' | 'target.add' | 'target.remove' | 'target.preview' | 'target.write';

export const rolloutHandlers = (targets: Targets, rollouts: Rollouts): HandlersOf<Names> => ({
  'target.list': (wanted) => ({
    targets: 'credential' in wanted ? targets.list(wanted.credential, wanted.kind) : targets.list(),
  }),
  'target.add': ({ access, ...wanted }) =>
    targets.add({ ...wanted, ...(access === undefined ? {} : { access: Secret.of(access) }) }),
  'target.remove': async ({ id }) => {
    await targets.remove(id);
    return { done: true };
  },
  'target.preview': ({ id }) => targets.preview(id),
  'target.write': async ({ id }) => ({ target: await rollouts.write(id) }),
});
