import { lstat } from 'node:fs/promises';
import { AppError } from '../main/lib/appError.ts';
import type { DoctorCheck } from '../shared/contract/app.ts';
import type { Invocation } from './invocation.ts';
import { toWireError } from './output.ts';

const MINIMUM_NODE = [20, 19] as const;

const nodeCheck = (version: string): DoctorCheck => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isRecent = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  return {
    name: 'Node',
    level: isRecent ? 'ok' : 'fail',
    detail: version,
    remedy: isRecent ? null : `Use Node ${MINIMUM_NODE.join('.')} or newer.`,
  };
};

const homeCheck = async (home: string): Promise<DoctorCheck> => {
  const name = 'home folder';
  const found = await lstat(home).catch(() => undefined);
  if (found === undefined)
    return { name, level: 'ok', detail: `${home} is made at the first start`, remedy: null };
  const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
  return isPrivate
    ? { name, level: 'ok', detail: home, remedy: null }
    : { name, level: 'warn', detail: `${home} can be read by others`, remedy: `Run \`chmod 700 ${home}\`.` };
};

/** What can be told from here, and everything the host itself can tell where one runs. */
export const examine = async ({ home, withVault }: Invocation): Promise<DoctorCheck[]> => {
  const here = [nodeCheck(process.versions.node), await homeCheck(home)];
  try {
    const { checks } = await withVault((call) => call('app.doctor', {}));
    return [...here, { name: 'host', level: 'ok', detail: 'running', remedy: null }, ...checks];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message, hint } = toWireError(error);
    return [...here, { name: 'host', level: 'fail', detail: message, remedy: hint }];
  }
};
