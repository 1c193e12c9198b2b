import type { Candidate } from '../../shared/contract/transfer.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { candidateKindOf, type Incoming } from './incoming.ts';
import type { Verdict } from './judge.ts';

type Place = Pick<Workspace, 'name' | 'apiUrl' | 's3Url'>;

const statusOf = (verdict: Verdict | undefined): Pick<Candidate, 'status' | 'conflict'> => {
  if (verdict?.kind === 'conflict') return { status: 'conflict', conflict: verdict.because };
  return { status: verdict?.kind === 'same' ? 'same' : 'new', conflict: null };
};

/** What a person is shown of an import before it happens: no secret, and whether each thing can come in. */
export const candidatesOf = (
  incoming: readonly Incoming[],
  /** In the same order. */
  verdicts: readonly Verdict[],
  workspaces: readonly Workspace[],
): Candidate[] => {
  const places = new Map<string, Place>(workspaces.map((workspace) => [workspace.id, workspace]));
  for (const { thing } of incoming) if (thing.kind === 'workspace') places.set(thing.id, thing.meta);
  return incoming.map(({ candidateId, thing, endpoint }, index) => {
    const place = thing.kind === 'workspace' ? thing.meta : places.get(thing.meta.workspaceId);
    const kind = candidateKindOf(thing);
    const { accessKeyId } = thing.meta;
    return {
      id: candidateId,
      kind,
      name: thing.meta.name,
      workspace: place?.name ?? '',
      accessKeyId: typeof accessKeyId === 'string' ? accessKeyId : null,
      endpoint,
      isElsewhere: endpoint !== null && endpoint !== (kind === 'token' ? place?.apiUrl : place?.s3Url),
      openPort: thing.kind === 'connection' ? thing.meta.openPort : null,
      isSandboxElsewhere:
        thing.kind === 'workspace' && thing.meta.isSandbox && verdicts[index]?.kind !== 'same',
      ...statusOf(verdicts[index]),
    };
  });
};
