import type { EventName, EventPayload } from '../../shared/contract/contract.ts';
import { Emitter } from '../lib/emitter.ts';

type Topic = EventPayload<'data.changed'>['topics'][number];

/** Tells the events of the contract to all who listen. */
export class ContractEvents {
  readonly #emitter: Emitter<{ readonly event: { readonly name: EventName; readonly payload: unknown } }>;

  constructor(onError: (error: unknown) => void) {
    this.#emitter = new Emitter(onError);
  }

  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    this.#emitter.emit('event', { name, payload });
  }

  changed(...topics: Topic[]): void {
    this.emit('data.changed', { topics });
  }

  /** Whatever lives off the records of the vault. */
  allChanged(): void {
    this.changed('status', 'workspaces', 'credentials', 'connections', 'rotations', 'targets');
  }

  /** @returns the function that stops listening */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void {
    return this.#emitter.on('event', ({ name, payload }) => listener(name, payload));
  }
}
