import { lstat } from 'node:fs/promises';
import { AppError } from '../main/lib/appError.ts';
import type { DoctorCheck } from '../shared/contract/app.ts';
import { errorTable } from '../shared/errorCodes.ts';
import type { Invocation } from './invocation.ts';
import { isNodeRecent } from './nodeVersion.ts';
import { toWireError } from './output.ts';

const nodeCheck = (version: string): DoctorCheck =>
  isNodeRecent(version)
    ? { name: 'Node', level: 'ok', detail: version, remedy: null }
    : { name: 'Node', level: 'fail', detail: version, remedy: errorTable.NODE_TOO_OLD.try };

const homeCheck = async (home: string): Promise<DoctorCheck> => {
  const name = 'Home folder';
  const found = await lstat(home).catch(() => undefined);
  if (found === undefined)
    return { name, level: 'ok', detail: `${home} is made at the first start`, remedy: null };
  const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
  return isPrivate
    ? { name, level: 'ok', detail: home, remedy: null }
    : { name, level: 'warn', detail: `${home} can be read by others`, remedy: `Run \`chmod 700 ${home}\`.` };
};

/** What can be told from here, or everything the host itself can tell where one runs. */
export const examine = async ({ home, withVault }: Invocation): Promise<DoctorCheck[]> => {
  try {
    const { checks } = await withVault((call) => call('app.doctor', {}));
    return [{ name: 'Host', level: 'ok', detail: 'running', remedy: null }, ...checks];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message, hint } = toWireError(error);
    return [
      nodeCheck(process.versions.node),
      await homeCheck(home),
      { name: 'Host', level: 'fail', detail: message, remedy: hint },
    ];
  }
};
