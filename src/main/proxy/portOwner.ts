import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

const LISTENING = '0A';

/** The program that listens on a port of this machine, as far as this user may know: "nginx (pid 812)". */
export const findPortOwner = async (port: number): Promise<string | null> => {
  try {
    const inodes = await listeningInodes(port);
    return inodes.size === 0 ? null : await processWithSocket(inodes);
  } catch {
    // No /proc here, or not ours to read.
    return null;
  }
};

const listeningInodes = async (port: number): Promise<Set<string>> => {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local = '', , state] = fields;
      const inode = fields[9];
      if (state === LISTENING && local.endsWith(`:${hexPort}`) && inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
};

const processWithSocket = async (inodes: ReadonlySet<string>): Promise<string | null> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      if (inode === undefined || !inodes.has(inode)) continue;
      // Not its `comm`: there a program may call itself anything, and Node calls itself "MainThread".
      const program = await readlink(`/proc/${pid}/exe`).catch(() => 'a program');
      return `${basename(program)} (pid ${pid})`;
    }
  }
  return null;
};
