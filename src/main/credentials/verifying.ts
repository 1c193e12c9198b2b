import type { Verification } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import type { TokenProbe } from '../backend/backend.ts';
import type { KeyProbe, ProbedKey } from '../backend/keyProbe.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';

interface VerifyingDependencies {
  readonly clock: Clock;
  /** @throws AppError BACKEND_… */
  readonly probeToken: (workspaceId: string, apiUrl: string, token: Secret) => Promise<TokenProbe>;
  /** @throws AppError BACKEND_… */
  readonly probeKey: (key: ProbedKey) => Promise<KeyProbe>;
}

type Found = Omit<Verification, 'at'>;

/** What is to be remembered of a credential, and of its workspace. */
export interface Verified {
  readonly verification: Verification;
  /** The service's id of the workspace; null when it was not told. */
  readonly workspaceUid: string | null;
}

const unverified = (note: string): Found => ({ state: 'unverified', notes: [note], buckets: null });

const refused = (detail?: string): AppError =>
  new AppError('CREDENTIAL_REFUSED', detail === undefined ? {} : { detail });

/** @throws AppError CREDENTIAL_REFUSED | CREDENTIAL_ELSEWHERE */
const judgeToken = (
  probe: TokenProbe,
  workspace: Workspace,
  route: string | null,
  begins: boolean,
): Found => {
  switch (probe.kind) {
    case 'invalid':
      throw begins ? refused() : refused('It does not begin like an access token (nfyio_at_…).');
    case 'restricted':
      return {
        state: 'restricted',
        notes: [
          'The token is bound to a route, so more could not be seen with it.',
          ...(route === null ? ['No route was named: give the one that the dashboard shows.'] : []),
        ],
        buckets: null,
      };
    case 'valid': {
      const { workspaceId } = probe.me;
      if (workspace.uid !== null && workspaceId !== null && workspaceId !== workspace.uid)
        throw new AppError('CREDENTIAL_ELSEWHERE', { detail: `It is not of “${workspace.name}”.` });
      return { state: 'verified', notes: [], buckets: null };
    }
  }
};

/** @throws AppError CREDENTIAL_REFUSED */
const judgeKey = (probe: KeyProbe, wanted: readonly string[]): Found => {
  switch (probe.kind) {
    case 'refused':
      throw refused(`The storage said ${probe.code}.`);
    case 'unclear':
      return unverified(probe.problem);
    case 'reached': {
      const note = `The key may not list its buckets; it sees “${probe.bucket}”.`;
      return { state: 'restricted', notes: [note], buckets: null };
    }
    case 'listed': {
      const seen = new Set(probe.buckets);
      const missing = wanted.filter((bucket) => probe.isWhole && bucket !== '*' && !seen.has(bucket));
      return {
        state: 'verified',
        notes: missing.map((bucket) => `The key does not see the bucket “${bucket}”.`),
        buckets: probe.buckets.slice(0, 1000),
      };
    }
  }
};

/** Shows an imported credential to the service it is for, before it is stored. */
export class Verifying {
  readonly #dependencies: VerifyingDependencies;

  constructor(dependencies: VerifyingDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws AppError CREDENTIAL_REFUSED | CREDENTIAL_ELSEWHERE */
  async token(workspace: Workspace, token: Secret, route: string | null): Promise<Verified> {
    const { id, apiUrl } = workspace;
    if (apiUrl === null) return this.#verified(unverified('This workspace has no address of a REST API.'));
    const begins = token.reveal().startsWith('nfyio_at_');
    let workspaceUid: string | null = null;
    const found = await this.#asked(async () => {
      const probe = await this.#dependencies.probeToken(id, apiUrl, token);
      const judged = judgeToken(probe, workspace, route, begins);
      if (probe.kind === 'valid') workspaceUid = probe.me.workspaceId;
      return judged;
    });
    return this.#verified(found, workspaceUid);
  }

  /** @throws AppError CREDENTIAL_REFUSED */
  async key({ s3Url }: Workspace, key: Omit<ProbedKey, 's3Url'>): Promise<Verified> {
    if (s3Url === null) return this.#verified(unverified('This workspace has no address of object storage.'));
    return this.#verified(
      await this.#asked(async () =>
        judgeKey(await this.#dependencies.probeKey({ s3Url, ...key }), key.buckets),
      ),
    );
  }

  /** Because the person says so. */
  notAsked(): Verified {
    return this.#verified(unverified('It was stored without asking the service.'));
  }

  /** A service that gives no answer, or one that cannot be read, has not refused anything. */
  async #asked(ask: () => Promise<Found>): Promise<Found> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('BACKEND_')) throw error;
      return unverified(error.message.slice(0, 500));
    }
  }

  #verified(found: Found, workspaceUid: string | null = null): Verified {
    const at = new Date(this.#dependencies.clock.now()).toISOString();
    return { verification: { ...found, at }, workspaceUid };
  }
}
