import type { Status } from '../../shared/contract/app.ts';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { dueCredentials } from './dueCredentials.ts';

interface Seen {
  readonly workspaces: readonly Workspace[];
  readonly credentials: readonly Credential[];
  /** How many. */
  readonly connections: number;
}

/** What was there when the vault was last open: while it is locked, counts and reminders go on from it. */
export class LastOpen {
  #seen: Seen | null = null;

  see(seen: Seen): void {
    this.#seen = seen;
  }

  workspaces(): readonly Workspace[] {
    return this.#seen?.workspaces ?? [];
  }

  /** null while none can be known. */
  credentials(): readonly Credential[] | null {
    return this.#seen?.credentials ?? null;
  }

  counts(nowMs: number): Pick<Status, 'workspaces' | 'connections' | 'due'> {
    return {
      workspaces: this.workspaces().length,
      connections: this.#seen?.connections ?? 0,
      due: dueCredentials(this.credentials() ?? [], nowMs),
    };
  }

  /** Whether a link leads to where a workspace is, and to no page of it in particular. */
  isDashboard(url: string): boolean {
    return this.workspaces().some(({ apiUrl }) => apiUrl !== null && url === `${apiUrl}/`);
  }
}
