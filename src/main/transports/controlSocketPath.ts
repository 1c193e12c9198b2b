import { createHash } from 'node:crypto';
import { lstat, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../lib/appError.ts';
import { isOpenToOthers, isOurs } from '../lib/privateFolder.ts';

/** Shortest limit of the systems we run on (macOS), less the final zero byte. */
const MAX_SOCKET_PATH_BYTES = 103;

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly runtimeFolder: string | undefined;
  readonly temporaryFolder: string;
  readonly userId: number;
}

const surroundings = (): Surroundings => ({
  platform: process.platform,
  runtimeFolder: process.env.XDG_RUNTIME_DIR,
  temporaryFolder: tmpdir(),
  userId: process.getuid?.() ?? 0,
});

/**
 * Where the host of a home folder listens for the CLI. A home whose path is too long for a socket gets a short,
 * hashed path in a private folder of the user instead.
 */
export const controlSocketPath = (home: string, around: Surroundings = surroundings()): string => {
  const folder = resolve(home);
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (around.platform === 'win32') return `\\\\.\\pipe\\nfyio-vault-${digest}`;
  const path = join(folder, 'control.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const base = around.runtimeFolder || around.temporaryFolder;
  return join(base, `nfyio-vault-${around.userId}`, `${digest}.sock`);
};

/**
 * A passphrase may pass through the socket, so nobody else may have put it there: its folder has to be ours alone.
 * @throws AppError SOCKET_UNUSABLE
 */
export const assertPrivateSocketFolder = async (socketPath: string, home: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const folder = dirname(socketPath);
  // The home may be a link that the person made; a link in a temporary folder may be anybody's.
  const found = folder === resolve(home) ? await stat(folder) : await lstat(folder);
  if (found.isDirectory() && isOurs(found) && !isOpenToOthers(found)) return;
  throw new AppError('SOCKET_UNUSABLE', {
    detail: `The folder ${folder} is not a folder of yours alone.`,
    hint: 'Make it yours with mode 0700, or remove it, then start again.',
  });
};
