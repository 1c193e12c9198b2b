import { z } from 'zod';
import { activityCalls, activityEntry } from './activity.ts';
import { appCalls, vaultState } from './app.ts';
import type { CallName, EventName } from './channels.ts';
import { connectionCalls } from './connections.ts';
import { credentialCalls } from './credentials.ts';
import type { CallDefinition } from './define.ts';
import { dueCalls, notice } from './due.ts';
import { rolloutCalls } from './rollout.ts';
import { rotationCalls } from './rotation.ts';
import { transferCalls } from './transfer.ts';
import { vaultCalls } from './vault.ts';
import { workspaceCalls } from './workspaces.ts';

/** Everything the product does, by name. Transports carry it; the Router parses it on both ways. */
export const calls = {
  ...appCalls,
  ...vaultCalls,
  ...workspaceCalls,
  ...credentialCalls,
  ...rotationCalls,
  ...rolloutCalls,
  ...connectionCalls,
  ...transferCalls,
  ...dueCalls,
  ...activityCalls,
} as const satisfies Record<CallName, CallDefinition>;

/** What the core tells its windows without being asked. */
export const events = {
  'vault.changed': z.object({ state: vaultState }),
  /** Something in these lists is different: read them again. `rotations` stands for intents, too. */
  'data.changed': z.object({
    topics: z.array(z.enum(['status', 'workspaces', 'credentials', 'connections', 'rotations', 'targets'])),
  }),
  'activity.added': z.object({ entry: activityEntry }),
  /** Somebody is reminded. A window shows it where the host has no notifications of its own. */
  'notice.raised': z.object({ notice }),
  /** Somebody answered a notification: show what is due, and replace this credential if one is named. */
  'due.asked': z.object({ replace: z.string().nullable() }),
} as const satisfies Record<EventName, z.ZodType>;

export type Calls = typeof calls;
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>;
/** After parsing: what a handler receives. */
export type CallArguments<Name extends CallName> = z.output<Calls[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<Calls[Name]['output']>;
export type EventPayload<Name extends EventName> = z.output<(typeof events)[Name]>;
export type { CallName, EventName };

/** The two functions a window has. `call` rejects with a WireError. `on` returns the function that stops listening. */
export interface VaultBridge {
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
}
