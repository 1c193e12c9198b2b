import type { Capabilities, Operation, Workspace } from './contract/workspaces.ts';

/** What is known of what the service allows, in words: for the window, the command line and the doctor alike. */

type Known = Pick<Workspace, 'apiUrl' | 'hasControlToken' | 'isSandbox' | 'capabilities'>;

const what: Readonly<Record<Operation, string>> = {
  listTokens: 'list tokens',
  createToken: 'mint tokens',
  listKeys: 'list keys',
  createKey: 'create keys',
  regenerateKey: 'regenerate keys',
  listBuckets: 'list buckets',
  createBucket: 'create buckets',
};

export const controlTokenWords = ({ hasControlToken, capabilities }: Known): string => {
  if (!hasControlToken) return 'none';
  switch (capabilities?.token) {
    case undefined:
      return 'not looked at yet';
    case 'good':
      return 'accepted';
    case 'restricted':
      return 'accepted, but bound to a route';
    case 'dead':
      return 'refused: wrong, expired or deleted';
  }
};

/** Why it will not be done; null when it will, or when only trying would tell. */
export const refusalWords = (workspace: Known, operation: Operation): string | null => {
  const { apiUrl, hasControlToken, capabilities } = workspace;
  if (apiUrl === null) return 'This workspace has no address of a REST API.';
  if (!hasControlToken) return 'This workspace has no control token, so the vault cannot ask the service.';
  if (capabilities === null) return null;
  if (capabilities.token === 'dead')
    return 'The service refuses the control token of this workspace: it is wrong, expired or deleted.';
  switch (capabilities.may[operation]) {
    case 'read-only':
      return `The control token of this workspace may only read, so it cannot ${what[operation]}.`;
    case 'restricted':
      return `The control token of this workspace is bound to another route, so it cannot ${what[operation]}.`;
    case 'forbidden':
      return `The service does not let an access token ${what[operation]}.`;
    case 'absent':
      return `This service has no call to ${what[operation]}, as older ones have not.`;
    default:
      return null;
  }
};

const verdictWords: Readonly<Record<Capabilities['may'][Operation], string>> = {
  allowed: 'yes',
  'read-only': 'no, it may only read',
  restricted: 'no, it is bound to another route',
  forbidden: 'no, that is not for access tokens',
  absent: 'no, the service has no such call',
  unknown: 'only trying tells',
};

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Each thing that may be asked, and the answer as far as it is known. */
export const capabilityList = ({ may }: Capabilities): readonly (readonly [string, string])[] =>
  (Object.keys(what) as Operation[]).map((operation) => [
    sentence(what[operation]),
    verdictWords[may[operation]],
  ]);

/** What the service allows, in one line. */
export const capabilitySummary = (workspace: Known): string => {
  const { capabilities } = workspace;
  if (capabilities === null || capabilities.token === 'dead') return '-';
  const operations = Object.keys(what) as Operation[];
  const refused = operations.filter((operation) => refusalWords(workspace, operation) !== null);
  if (refused.length === 0) return 'nothing refused';
  if (refused.length === operations.length) return 'everything refused';
  return `cannot ${refused.map((operation) => what[operation]).join(', ')}`;
};

/** Where a person does by hand what the service refuses the vault; null where there is no such place. */
export const dashboardUrl = ({ apiUrl, isSandbox }: Known): string | null => (isSandbox ? null : apiUrl);
