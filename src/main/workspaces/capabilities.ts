import type { Capabilities, Operation, Verdict, Workspace } from '../../shared/contract/workspaces.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import type { Probe } from '../backend/backend.ts';
import type { Heard } from '../backend/verdictOf.ts';
import type { Clock } from '../ports.ts';
import type { Workspaces } from './workspaces.ts';

interface CapabilityDependencies {
  readonly clock: Clock;
  readonly workspaces: Pick<Workspaces, 'find' | 'learn' | 'list'>;
  /** By nothing but reading. @throws AppError NO_CONTROL_TOKEN | NO_ENDPOINT | BACKEND_… */
  readonly probe: (workspaceId: string) => Promise<Probe>;
  /** Of what nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}

type May = Capabilities['may'];

/** Whether something is made is not asked by making it: what was seen before stays true while its list is open. */
const listOf: Partial<Record<Operation, Operation>> = {
  createToken: 'listTokens',
  createKey: 'listKeys',
  regenerateKey: 'listKeys',
  createBucket: 'listBuckets',
};

const merged = (before: May, probed: May): May => {
  const keep = (operation: Operation, verdict: Verdict): Verdict => {
    const list = listOf[operation];
    const isOpen = list !== undefined && before[list] === 'allowed' && probed[list] === 'allowed';
    return verdict === 'unknown' && (list === undefined || isOpen) ? before[operation] : verdict;
  };
  return Object.fromEntries(
    Object.entries(probed).map(([operation, verdict]) => [operation, keep(operation as Operation, verdict)]),
  ) as May;
};

/** What the service allows the control token of each workspace: asked by reading alone, and learned from every answer. */
export class CapabilityChecks {
  readonly #dependencies: CapabilityDependencies;
  readonly #underWay = new Map<string, Promise<Workspace>>();

  constructor(dependencies: CapabilityDependencies) {
    this.#dependencies = dependencies;
  }

  /** @param ifOld only where what is known is older than a day, and then with what only trying could tell kept */
  check(reference: string, ifOld: boolean): Promise<Workspace> {
    const workspace = this.#dependencies.workspaces.find(reference);
    if (ifOld && !this.#isOld(workspace)) return Promise.resolve(workspace);
    const underWay = this.#underWay.get(workspace.id) ?? this.#ask(workspace.id, ifOld);
    this.#underWay.set(workspace.id, underWay);
    return underWay.finally(() => this.#underWay.delete(workspace.id));
  }

  /** After an unlock. Nobody waits for it. */
  checkOld(): void {
    for (const workspace of this.#dependencies.workspaces.list())
      if (workspace.hasControlToken && workspace.apiUrl !== null && this.#isOld(workspace))
        this.check(workspace.id, true).catch(this.#dependencies.onFailure);
  }

  /** An answer to something that a person wanted. */
  heard(workspaceId: string, operation: Operation, heard: Heard): void {
    this.#learn(workspaceId, operation, heard).catch(this.#dependencies.onFailure);
  }

  async #learn(workspaceId: string, operation: Operation, heard: Heard): Promise<void> {
    const { capabilities } = this.#dependencies.workspaces.find(workspaceId);
    if (heard === 'unknown' || capabilities?.may[operation] === heard) return;
    if (capabilities === null || heard === 'unauthorized') {
      // Whether the token is dead, or this call is not for tokens, only another question tells.
      await this.check(workspaceId, false);
      return;
    }
    const token = capabilities.token === 'dead' && heard === 'allowed' ? 'good' : capabilities.token;
    const may = { ...capabilities.may, [operation]: heard };
    await this.#dependencies.workspaces.learn(workspaceId, { capabilities: { ...capabilities, token, may } });
  }

  async #ask(workspaceId: string, keepsWhatWasTried: boolean): Promise<Workspace> {
    const { clock, probe, workspaces } = this.#dependencies;
    const { token, may, workspaceUid } = await probe(workspaceId);
    const { capabilities: before, uid } = workspaces.find(workspaceId);
    return workspaces.learn(workspaceId, {
      uid: workspaceUid ?? uid,
      capabilities: {
        checkedAt: new Date(clock.now()).toISOString(),
        token,
        may: before !== null && keepsWhatWasTried && token !== 'dead' ? merged(before.may, may) : may,
      },
    });
  }

  #isOld({ capabilities }: Workspace): boolean {
    return (
      capabilities === null || this.#dependencies.clock.now() - Date.parse(capabilities.checkedAt) > DAY_MS
    );
  }
}
