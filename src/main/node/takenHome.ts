import { ensurePrivateFolder } from '../lib/privateFolder.ts';
import { acquireHomeLock } from './homeLock.ts';

/** The home folder, held by this process alone. */
export interface TakenHome {
  /** What was put right, and how the last run ended if it did not stop: in words. */
  readonly notices: readonly string[];
  release(): void;
}

/** Makes it if it is not there. @throws AppError HOME_UNUSABLE | ALREADY_RUNNING */
export const takeHome = async (path: string): Promise<TakenHome> => {
  const narrowed = await ensurePrivateFolder(path);
  const { release, succeeds } = await acquireHomeLock(path);
  const unstopped =
    succeeds === null
      ? null
      : `The last run (process ${succeeds.pid}) ended without stopping. Everything that was confirmed is here.`;
  return { notices: [narrowed, unstopped].filter((notice) => notice !== null), release };
};
