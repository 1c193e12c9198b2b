import { stat } from 'node:fs/promises';
import { capabilitySummary, controlTokenWords } from '../../shared/capabilityWords.ts';
import type { AppInfo, DoctorCheck, Status, VaultState } from '../../shared/contract/app.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { systemCode } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';

interface DoctorDependencies {
  readonly clock: Clock;
  readonly nodeVersion: string;
  readonly info: Pick<AppInfo, 'home' | 'keychain' | 'clipboard'>;
  readonly status: () => Pick<Status, 'vault' | 'notices' | 'api' | 's3'>;
  /** Those known when the vault was last open. */
  readonly workspaces: readonly Workspace[];
}

const ENDPOINT_TIMEOUT_MS = 3000;
/** Signatures are refused by the service beyond 15 minutes; warn well before. */
const CLOCK_TOLERANCE_MS = 120_000;

const ok = (name: string, detail: string): DoctorCheck => ({ name, level: 'ok', detail, remedy: null });
const warn = (name: string, detail: string, remedy: string): DoctorCheck => ({
  name,
  level: 'warn',
  detail,
  remedy,
});
const fail = (name: string, detail: string, remedy: string): DoctorCheck => ({
  name,
  level: 'fail',
  detail,
  remedy,
});

const checkHome = async (home: string): Promise<DoctorCheck> => {
  const name = 'Home folder';
  try {
    const { mode, uid } = await stat(home);
    if (process.platform === 'win32') return ok(name, home);
    if (uid !== process.getuid?.()) {
      return fail(name, `${home} belongs to another user.`, 'Choose a --home that belongs to you.');
    }
    return (mode & 0o077) === 0
      ? ok(name, `${home}, readable by you alone`)
      : fail(name, `${home} is open to other users.`, `Run: chmod 700 '${home}'`);
  } catch (error) {
    return fail(
      name,
      `${home} cannot be read (${systemCode(error) ?? 'unknown'}).`,
      'Check its permissions.',
    );
  }
};

const checkVault = (state: VaultState, notices: readonly string[]): DoctorCheck[] => [
  {
    unlocked: ok('Vault', 'unlocked'),
    locked: warn('Vault', 'locked', 'Unlock it in the window or with `nfyio-vault unlock`.'),
    absent: warn('Vault', 'not made yet', 'Open the app, or run `nfyio-vault serve` with a passphrase.'),
  }[state],
  ...notices.map((notice) => warn('Notice', notice, 'Read it and act on it; it goes away with its cause.')),
];

const checkListener = (name: string, origin: string | null): DoctorCheck =>
  origin === null
    ? fail(name, 'not listening', 'Restart nfyio Vault; if the port is taken, choose another one.')
    : ok(name, origin);

const checkEndpoint = async (name: string, origin: string, clock: Clock): Promise<DoctorCheck[]> => {
  try {
    const response = await fetch(origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS),
    });
    await response.body?.cancel();
    const skewMs = Date.parse(response.headers.get('date') ?? '') - clock.now();
    const reached = ok(name, `${origin} answers`);
    if (Number.isNaN(skewMs) || Math.abs(skewMs) <= CLOCK_TOLERANCE_MS) return [reached];
    const detail = `This machine differs by ${Math.round(Math.abs(skewMs) / 1000)} s from ${origin}.`;
    return [reached, fail('Clock', detail, 'Let the system set its time from the network.')];
  } catch {
    return [fail(name, `${origin} does not answer.`, 'Check the network and the address of the workspace.')];
  }
};

const checkWorkspace = async (workspace: Workspace, clock: Clock): Promise<DoctorCheck[]> => {
  const endpoints = [
    { name: `${workspace.name}: REST API`, origin: workspace.apiUrl },
    { name: `${workspace.name}: storage`, origin: workspace.s3Url },
  ];
  const checks = endpoints.map(({ name, origin }) =>
    origin === null ? Promise.resolve([]) : checkEndpoint(name, origin, clock),
  );
  return [...checkControlToken(workspace), ...(await Promise.all(checks)).flat()];
};

/** As it was seen when the service was last asked: the doctor itself sends no token anywhere. */
const checkControlToken = (workspace: Workspace): DoctorCheck[] => {
  const { capabilities, hasControlToken } = workspace;
  if (!hasControlToken) return [];
  const name = `${workspace.name}: control token`;
  const again = `\`nfyio-vault workspace check '${workspace.name}'\` asks the service again.`;
  if (capabilities === null) return [warn(name, 'not looked at yet', again)];
  const seen = `(seen ${capabilities.checkedAt})`;
  const words = controlTokenWords(workspace);
  if (capabilities.token === 'dead')
    return [
      fail(
        name,
        `${words} ${seen}`,
        `Make a new one in the dashboard: \`nfyio-vault workspace set-token '${workspace.name}' < token-file\`.`,
      ),
    ];
  const summary = capabilitySummary(workspace);
  const detail = `${words}; ${summary} ${seen}`;
  const isRefused = summary !== 'nothing refused';
  return [isRefused ? warn(name, detail, `Import what the dashboard makes; ${again}`) : ok(name, detail)];
};

/** Looks at every part and says what to do. Never throws, never waits longer than an endpoint may take. */
export const examine = async ({
  clock,
  info,
  nodeVersion,
  status,
  workspaces: known,
}: DoctorDependencies): Promise<DoctorCheck[]> => {
  const [home, ...workspaces] = await Promise.all([
    checkHome(info.home),
    ...known.map((workspace) => checkWorkspace(workspace, clock)),
  ]);
  const { vault, notices, api, s3 } = status();
  return [
    ok('Node', nodeVersion),
    home,
    ...checkVault(vault, notices),
    checkListener('API listener', api),
    checkListener('S3 listener', s3),
    info.keychain === null
      ? ok('Keychain', 'not used by this host; the passphrase opens the vault')
      : ok('Keychain', info.keychain),
    ok('Clipboard', info.clipboard === 'main' ? 'written and cleared by the app' : 'written by the page'),
    ...workspaces.flat(),
  ];
};
