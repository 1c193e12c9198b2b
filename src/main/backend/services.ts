import type { Operation } from '../../shared/contract/workspaces.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import { type Backend, createBackend, type TokenProbe } from './backend.ts';
import { Pause } from './pause.ts';
import type { Heard } from './verdictOf.ts';

interface ServicesDependencies {
  readonly clock: Clock;
  /** @throws AppError NO_CONTROL_TOKEN | NO_ENDPOINT */
  readonly control: (workspaceId: string) => { readonly apiUrl: string; readonly token: Secret };
  /** What an answer says of what the control token may do. */
  readonly heard: (workspaceId: string, operation: Operation, heard: Heard) => void;
}

/** The service of each workspace. What one asked to wait for, all wait for that ask on behalf of its workspace. */
export class Services {
  readonly #dependencies: ServicesDependencies;
  readonly #pauses = new Map<string, Pause>();

  constructor(dependencies: ServicesDependencies) {
    this.#dependencies = dependencies;
  }

  /** With the control token. @throws AppError NO_CONTROL_TOKEN | NO_ENDPOINT */
  of(workspaceId: string): Backend {
    const { clock, control, heard } = this.#dependencies;
    return createBackend({
      ...control(workspaceId),
      clock,
      pause: this.#pauseOf(workspaceId),
      heard: (operation, verdict) => heard(workspaceId, operation, verdict),
    });
  }

  /** Shows it an access token that somebody has of it. */
  probeToken(workspaceId: string, apiUrl: string, token: Secret): Promise<TokenProbe> {
    const { clock } = this.#dependencies;
    return createBackend({ apiUrl, token, clock, pause: this.#pauseOf(workspaceId) }).probeToken();
  }

  #pauseOf(workspaceId: string): Pause {
    const pause = this.#pauses.get(workspaceId) ?? new Pause(this.#dependencies.clock);
    this.#pauses.set(workspaceId, pause);
    return pause;
  }
}
