import type { WorkspaceRecord } from '../accounts/accountState.ts';
import { isoTime } from './isoTime.ts';
import type { Route } from './routeTable.ts';

/** The one person of the sandbox. */
const user = {
  id: '5a9d0b0e-0000-4000-8000-000000000001',
  email: 'developer@sandbox.invalid',
  firstName: 'Sandbox',
  lastName: 'Developer',
};

/** What answers `/api/chat` here. */
const ECHO_MODEL_UID = '5a9d0b0e-0000-4000-8000-000000000002';

const team = ({ teamUid }: WorkspaceRecord): object => ({ uid: teamUid, name: 'Everyone' });

/** Who the caller is, and who and what else is in the workspace. */
export const accountRoutes = (): readonly Route[] => [
  {
    method: 'GET',
    pattern: '/api/auth/me',
    handle: ({ workspace }) => ({
      kind: 'data',
      data: {
        user,
        workspaceId: workspace.uid,
        projectId: workspace.projectUid,
        selectedTeam: team(workspace),
      },
    }),
  },
  {
    method: 'GET',
    pattern: '/api/workspaces/current',
    handle: ({ workspace }) => ({ kind: 'data', data: { uid: workspace.uid, name: workspace.name } }),
  },
  {
    method: 'GET',
    pattern: '/api/members',
    handle: ({ workspace }) => ({
      kind: 'list',
      items: [{ uid: user.id, ...user, role: 'owner', joinedAt: isoTime(workspace.createdAtMs) }],
    }),
  },
  {
    method: 'GET',
    pattern: '/api/projects',
    handle: ({ workspace }) => ({
      kind: 'list',
      items: workspace.projectUid === null ? [] : [{ uid: workspace.projectUid, name: 'Default project' }],
    }),
  },
  {
    method: 'GET',
    pattern: '/api/models',
    handle: () => ({ kind: 'list', items: [{ uid: ECHO_MODEL_UID, name: 'echo' }] }),
  },
  {
    method: 'GET',
    pattern: '/api/teams',
    handle: ({ workspace }) => ({ kind: 'list', items: [team(workspace)] }),
  },
];
