import { constants } from 'node:fs';
import { basename } from 'node:path';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../src/main/vault/durableFile.ts';

/** What was done to one folder, as the disk hears of it. A number stands for a file, whatever its name. */
export type Operation =
  | { readonly kind: 'create'; readonly name: string; readonly file: number }
  | { readonly kind: 'write'; readonly file: number; readonly bytes: Buffer }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'link'; readonly existing: string; readonly added: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'syncFolder' }
  /** Not of the disk: from here on one of these must be what is found. */
  | { readonly kind: 'legal'; readonly contents: readonly string[] };

const failure = (code: string): Error => Object.assign(new Error(`injected ${code}`), { code });

/** The real file system; writes down what succeeds. */
export class RecordingFileSystem implements FileSystem {
  readonly operations: Operation[] = [];
  /** The next synchronisation of the folder fails. */
  isFolderSyncBroken = false;
  readonly #forgets: 'sync' | 'syncFolder' | null;
  #files = 0;

  /** @param forgets what the disk is never told, so that the rig can be seen to bite */
  constructor(forgets: 'sync' | 'syncFolder' | null = null) {
    this.#forgets = forgets;
  }

  async open(path: string, flags: number, mode?: number): Promise<OpenFile> {
    const file = await nodeFileSystem.open(path, flags, mode);
    if ((flags & constants.O_CREAT) !== 0) return this.#created(basename(path), file);
    return Object.assign(Object.create(file), {
      stat: () => file.stat(),
      read: (bytes: Buffer, offset: number, length: number) => file.read(bytes, offset, length),
      close: () => file.close(),
      sync: async () => {
        if (this.isFolderSyncBroken) {
          this.isFolderSyncBroken = false;
          throw failure('EIO');
        }
        this.#record({ kind: 'syncFolder' });
      },
    });
  }

  async link(existing: string, added: string): Promise<void> {
    await nodeFileSystem.link(existing, added);
    this.#record({ kind: 'link', existing: basename(existing), added: basename(added) });
  }

  async rename(from: string, to: string): Promise<void> {
    await nodeFileSystem.rename(from, to);
    this.#record({ kind: 'rename', from: basename(from), to: basename(to) });
  }

  async unlink(path: string): Promise<void> {
    await nodeFileSystem.unlink(path);
    this.#record({ kind: 'unlink', name: basename(path) });
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return nodeFileSystem.stat(path);
  }

  readdir(path: string): Promise<readonly string[]> {
    return nodeFileSystem.readdir(path);
  }

  #created(name: string, opened: OpenFile): OpenFile {
    const file = this.#files;
    this.#files += 1;
    this.#record({ kind: 'create', name, file });
    return {
      write: async (bytes, offset, length) => {
        const result = await opened.write(bytes, offset, length);
        const written = Buffer.from(bytes.subarray(offset, offset + result.bytesWritten));
        this.#record({ kind: 'write', file, bytes: written });
        return result;
      },
      stat: () => opened.stat(),
      sync: async () => this.#record({ kind: 'sync', file }),
      read: (bytes, offset, length) => opened.read(bytes, offset, length),
      close: () => opened.close(),
    };
  }

  #record(operation: Operation): void {
    if (operation.kind !== this.#forgets) this.operations.push(operation);
  }
}
