import type { Operation } from './recordingFileSystem.ts';

/** What may lie in the folder after a power cut, and what of the vault may be found in it. */
export interface CrashState {
  /** Tells it apart from every other. */
  readonly key: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly legal: readonly string[];
  /** After so many operations the power was cut. */
  readonly cutAt: number;
}

/** A name in the folder comes to stand for a file, or for none. */
type Assignment = readonly [name: string, file: number | null];
/** An operation on names reaches the disk in one of these ways, besides not at all. */
type NameChange = readonly (readonly Assignment[])[];

interface FileContent {
  readonly bytes: Buffer;
  readonly isSynced: boolean;
}

/** What of a file that was not synchronised may be found: nothing, a part, its length alone, or some of its blocks. */
const partsOf = (bytes: Buffer): readonly Buffer[] => {
  const half = Math.floor(bytes.length / 2);
  const zeros = Buffer.alloc(bytes.length);
  return [
    Buffer.alloc(0),
    bytes.subarray(0, 1),
    bytes.subarray(0, half),
    bytes.subarray(0, -1),
    bytes,
    zeros,
    Buffer.concat([bytes.subarray(0, half), zeros.subarray(half)]),
    Buffer.concat([zeros.subarray(0, half), bytes.subarray(half)]),
  ];
};
const PARTS = 8;

/** Any choice of ways for each change in turn, in the order in which they were made. */
function* outcomes(
  entries: ReadonlyMap<string, number>,
  changes: readonly NameChange[],
): Generator<ReadonlyMap<string, number>> {
  const [change, ...later] = changes;
  if (change === undefined) {
    yield entries;
    return;
  }
  for (const way of [[], ...change]) {
    const after = new Map(entries);
    for (const [name, file] of way) {
      if (file === null) after.delete(name);
      else after.set(name, file);
    }
    yield* outcomes(after, later);
  }
}

/** A disk that keeps no order between names: only a synchronisation of the folder makes it catch up. */
class Disk {
  readonly #contents = new Map<number, FileContent>();
  /** As the program sees it. */
  #entries = new Map<string, number>();
  /** As it certainly is on the disk. */
  #durable: ReadonlyMap<string, number> = new Map();
  #pending: NameChange[] = [];

  apply(operation: Exclude<Operation, { kind: 'legal' }>): void {
    switch (operation.kind) {
      case 'create':
        this.#contents.set(operation.file, { bytes: Buffer.alloc(0), isSynced: false });
        this.#change([[[operation.name, operation.file]]]);
        break;
      case 'write': {
        const bytes = Buffer.concat([this.#content(operation.file).bytes, operation.bytes]);
        this.#contents.set(operation.file, { bytes, isSynced: false });
        break;
      }
      case 'sync':
        this.#contents.set(operation.file, { ...this.#content(operation.file), isSynced: true });
        break;
      case 'link':
        this.#change([[[operation.added, this.#file(operation.existing)]]]);
        break;
      case 'rename': {
        const arrival: Assignment = [operation.to, this.#file(operation.from)];
        // The old name may outlive the power cut; that both are gone is what no disk may do.
        this.#change([[arrival, [operation.from, null]], [arrival]]);
        break;
      }
      case 'unlink':
        this.#change([[[operation.name, null]]]);
        break;
      case 'syncFolder':
        this.#durable = new Map(this.#entries);
        this.#pending = [];
        break;
    }
  }

  *states(): Generator<{ key: string; files: ReadonlyMap<string, Buffer> }> {
    for (const entries of outcomes(this.#durable, this.#pending)) {
      const isWhole = [...entries.values()].every((file) => this.#content(file).isSynced);
      for (let part = 0; part < (isWhole ? 1 : PARTS); part += 1) {
        const files = new Map<string, Buffer>();
        const key: string[] = [];
        for (const [name, file] of [...entries].sort()) {
          const { bytes, isSynced } = this.#content(file);
          files.set(name, isSynced ? bytes : (partsOf(bytes)[part] ?? bytes));
          key.push(`${name}=${file}${isSynced ? '' : `/${part} of ${bytes.length}`}`);
        }
        yield { key: key.join(' '), files };
      }
    }
  }

  #change(ways: NameChange): void {
    const [complete = []] = ways;
    for (const [name, file] of complete) {
      if (file === null) this.#entries.delete(name);
      else this.#entries.set(name, file);
    }
    this.#pending.push(ways);
  }

  #file(name: string): number {
    const file = this.#entries.get(name);
    if (file === undefined) throw new Error(`the record does not know ${name}`);
    return file;
  }

  #content(file: number): FileContent {
    const content = this.#contents.get(file);
    if (content === undefined) throw new Error(`the record does not know file ${file}`);
    return content;
  }
}

/** Every state that a power cut may leave, at every moment, each once. */
export function* crashStates(operations: readonly Operation[]): Generator<CrashState> {
  const disk = new Disk();
  const seen = new Set<string>();
  let legal: readonly string[] = [];
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'legal') legal = operation.contents;
    else disk.apply(operation);
    for (const { key: folder, files } of disk.states()) {
      const key = `${folder} : ${legal.join(' ')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { key, files, legal, cutAt: index + 1 };
    }
  }
}
