import type { ActivityEntry } from '../shared/contract/activity.ts';
import type { Status } from '../shared/contract/app.ts';
import type { Connection, LocalCredential } from '../shared/contract/connections.ts';
import type { CallOutput } from '../shared/contract/contract.ts';
import type { Credential } from '../shared/contract/credentials.ts';
import type { DueItem } from '../shared/contract/due.ts';
import type { Target, TargetChange } from '../shared/contract/rollout.ts';
import type { Intent, Rotation } from '../shared/contract/rotation.ts';
import type { Exported, Imported, ImportPreview } from '../shared/contract/transfer.ts';
import type { Workspace } from '../shared/contract/workspaces.ts';

/**
 * The JSON that scripts rely on, field by field. It may grow, it may not change: so nothing is passed on just
 * because the contract happens to have it.
 */

/** @param targets null while the vault is locked */
export const statusDocument = (status: Status, targets: readonly Target[] | null) => {
  const { running, locked, api, s3, workspaces, connections, due } = status;
  return {
    ...{ running, locked, api, s3, workspaces, connections, due },
    targets: targets === null ? null : targetCounts(targets),
  };
};

export const targetCounts = (targets: readonly Target[]) => {
  const count = (wanted: Target['state']['kind']): number =>
    targets.filter(({ state }) => state.kind === wanted).length;
  return { current: count('current'), pending: count('pending'), failed: count('failed') };
};

export const targetDocument = (target: Target) => {
  const { id, credentialId, credentialKind, place, title, names, hasAccess, state } = target;
  return {
    ...{ id, credential: credentialId, kind: credentialKind, place, title, names, access: hasAccess },
    state: state.kind,
    writtenAt: state.kind === 'current' ? state.writtenAt : null,
    verified: state.kind === 'current' ? state.isVerified : null,
    problem: state.kind === 'failed' ? state.error : null,
    retryAt: state.kind === 'failed' ? state.retryAt : null,
  };
};

export const targetChangeDocument = ({ name, change }: TargetChange) => ({ name, change });

export const dueDocument = (item: DueItem) => {
  const { id, uid, kind, name, expiresAt, daysLeft, reasons, snoozedUntil, isIgnored } = item;
  return { id, uid, kind, name, expiresAt, daysLeft, reasons, snoozedUntil, ignored: isIgnored };
};

export const workspaceDocument = ({ id, name, apiUrl, s3Url }: Workspace) => ({ id, name, apiUrl, s3Url });

export const listedWorkspaceDocument = (workspace: Workspace) => ({
  ...workspaceDocument(workspace),
  accent: workspace.accent,
  controlToken: workspace.hasControlToken ? (workspace.capabilities?.token ?? 'unknown') : 'none',
  may: workspace.capabilities?.may ?? null,
  checkedAt: workspace.capabilities?.checkedAt ?? null,
});

export const credentialDocument = (credential: Credential) => {
  const { id, uid, kind, name, expiresAt } = credential;
  if (credential.kind === 'token') {
    return { id, uid, kind, name, scope: credential.scope, route: credential.route, expiresAt };
  }
  const { accessKeyId, buckets, permission } = credential;
  return { id, uid, kind, name, accessKeyId, buckets, permission, expiresAt };
};

/** What the service told of an imported one; null for what was made here. */
export const verificationDocument = ({ verification }: Credential) =>
  verification === undefined
    ? null
    : { state: verification.state, notes: verification.notes, buckets: verification.buckets };

export const rotationDocument = (rotation: Rotation) => {
  const { id, kind, name, step, retiringId, servingId, isUndone, switchedAt, deletesAt } = rotation;
  const { connections, running, pendingTargets, problem } = rotation;
  return {
    ...{ id, kind, name, step, retiring: retiringId, serving: servingId, undone: isUndone, connections },
    ...{ switchedAt, deletesAt, running: running.length, problem: problem?.error ?? null },
    pendingTargets,
  };
};

export const intentDocument = ({ id, what, kind, name, startedAt, because, try: remedy }: Intent) => ({
  ...{ id, what, kind, name, startedAt, because, try: remedy },
});

export const listedCredentialDocument = (credential: Credential) => ({
  ...credentialDocument(credential),
  workspaceId: credential.workspaceId,
  verification: verificationDocument(credential),
});

/** With the local credential: worthless anywhere but on this loopback. An open port has none. */
export const connectionDocument = (connection: Connection, local: LocalCredential) => {
  const { id, name, kind, expiresAt } = connection;
  const { endpoint } = local;
  if (kind === 's3') {
    const { accessKeyId, secretAccessKey, region } =
      local.kind === 's3' ? local : { accessKeyId: null, secretAccessKey: null, region: 'us-east-1' };
    return { id, name, kind, endpoint, accessKeyId, secretAccessKey, region, expiresAt };
  }
  const { token, baseUrl } = local.kind === 'api' ? local : { token: null, baseUrl: endpoint };
  return { id, name, kind, endpoint, token, baseUrl };
};

export const activityDocument = (entry: ActivityEntry) => {
  const { id, at, connection, credential, kind, method, path, status, refusal } = entry;
  const { ms, bytesIn, bytesOut, client } = entry;
  return {
    id,
    at,
    connection,
    credential,
    kind,
    method,
    path,
    status,
    refusal,
    ms,
    bytesIn,
    bytesOut,
    client,
  };
};

export const exportDocument = (exported: Exported, encrypted: boolean) => {
  const { path, workspaces, credentials, connections } = exported;
  return { path, encrypted, workspaces, credentials, connections };
};

export const previewDocument = ({ format, candidates, skipped }: ImportPreview) => ({
  format,
  candidates: candidates.map((candidate) => {
    const { kind, name, workspace, accessKeyId, endpoint, isElsewhere } = candidate;
    const { openPort, isSandboxElsewhere, status, conflict } = candidate;
    return {
      ...{ kind, name, workspace, accessKeyId, endpoint, isElsewhere },
      ...{ openPort, isSandboxElsewhere, status, conflict },
    };
  }),
  skipped: skipped.map(({ name, because }) => ({ name, because })),
});

/** `replaced` is null when the file was not to be rewritten. */
export const importDocument = (
  { format, skipped }: ImportPreview,
  imported: readonly Imported[],
  replaced: CallOutput<'import.replaceSource'>['replaced'] | null,
) => ({
  format,
  imported: imported.map(({ kind, id, name, isNew }) => ({ kind, id, name, isNew })),
  skipped: skipped.map(({ name, because }) => ({ name, because })),
  replaced:
    replaced?.map(({ name, connection }) => ({
      name,
      connection:
        connection === null
          ? null
          : { id: connection.id, name: connection.name, endpoint: connection.endpoint },
    })) ?? null,
});
