import { type FileSystem, nodeFileSystem, type OpenFile } from '../../src/main/vault/durableFile.ts';

export type Fault =
  | { readonly kind: 'error'; readonly code: string }
  /** This call and all after it fail, as if the process had ended there. */
  | { readonly kind: 'end' }
  /** A write takes half of what it was given; elsewhere nothing happens. */
  | { readonly kind: 'shortWrite' }
  /** What a write puts down is not what it was given, and it does not say so. */
  | { readonly kind: 'otherBytes' };

const withOneBitTurned = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(other.length >> 1) ^ 1, other.length >> 1);
  return other;
};

const failure = (code: string): Error => Object.assign(new Error(`injected ${code}`), { code });

/** The real file system, in which one call (counted from 0 since `arm`) meets a fault. */
export class FaultyFileSystem implements FileSystem {
  calls = 0;
  #fault: Fault | null = null;
  #at = -1;

  arm(at: number, fault: Fault): void {
    this.calls = 0;
    this.#at = at;
    this.#fault = fault;
  }

  disarm(): void {
    this.arm(-1, { kind: 'shortWrite' });
  }

  open(path: string, flags: number, mode?: number): Promise<OpenFile> {
    return this.#call(async () => this.#file(await nodeFileSystem.open(path, flags, mode)));
  }

  link(existing: string, added: string): Promise<void> {
    return this.#call(() => nodeFileSystem.link(existing, added));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call(() => nodeFileSystem.rename(from, to));
  }

  unlink(path: string): Promise<void> {
    return this.#call(() => nodeFileSystem.unlink(path));
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#call(() => nodeFileSystem.stat(path));
  }

  readdir(path: string): Promise<readonly string[]> {
    return this.#call(() => nodeFileSystem.readdir(path));
  }

  #file(file: OpenFile): OpenFile {
    return {
      write: (bytes, offset, length) =>
        this.#call((met) =>
          file.write(
            met === 'otherBytes' ? withOneBitTurned(bytes) : bytes,
            offset,
            met === 'shortWrite' ? Math.ceil(length / 2) : length,
          ),
        ),
      stat: () => this.#call(() => file.stat()),
      sync: () => this.#call(() => file.sync()),
      read: (bytes, offset, length) => this.#call(() => file.read(bytes, offset, length)),
      // The descriptor goes either way; what may fail is the answer.
      close: () => file.close().then(() => this.#call(async () => undefined)),
    };
  }

  /** @param task is told which fault it meets, unless that ends it */
  async #call<T>(task: (met: Fault['kind'] | null) => Promise<T>): Promise<T> {
    const index = this.calls;
    this.calls += 1;
    const fault = this.#fault;
    if (fault?.kind === 'end' && index >= this.#at && this.#at >= 0) throw failure('ENDED');
    if (fault?.kind === 'error' && index === this.#at) throw failure(fault.code);
    return task(index === this.#at ? (fault?.kind ?? null) : null);
  }
}
