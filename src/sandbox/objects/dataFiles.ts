import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A run of bytes in a file of its own. Never changed once written; an object is a list of them. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

export interface WrittenSegment extends Segment {
  /** Hex. */
  readonly md5: string;
}

/** The bytes of one bucket. A file that nothing refers to is litter, swept when the bucket is opened. */
export class DataFiles {
  readonly #folder: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Leaves nothing behind when `body` fails. */
  async write(body: AsyncIterable<Buffer>): Promise<WrittenSegment> {
    const file = randomUUID();
    const md5 = createHash('md5');
    let size = 0;
    try {
      const handle = await open(join(this.#folder, file), 'wx');
      try {
        for await (const chunk of body) {
          md5.update(chunk);
          await handle.writeFile(chunk);
          size += chunk.length;
        }
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(join(this.#folder, file), { force: true });
      throw error;
    }
    return { file, size, md5: md5.digest('hex') };
  }

  async copyFrom(source: DataFiles, segments: readonly Segment[]): Promise<Segment[]> {
    const copies: Segment[] = [];
    try {
      for (const { file, size } of segments) {
        const copy = { file: randomUUID(), size };
        copies.push(copy);
        await copyFile(join(source.#folder, file), join(this.#folder, copy.file), constants.COPYFILE_FICLONE);
      }
      return copies;
    } catch (error) {
      await this.discard(copies);
      throw error;
    }
  }

  /** Bytes `start` to `end`, both included. They stay readable to the end, whatever happens to the object. */
  async *read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer, void> {
    for (const { file } of segments) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    try {
      let offset = 0;
      for (const { file, size } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size - 1);
        if (from <= to) yield* createReadStream(join(this.#folder, file), { start: from, end: to });
        offset += size;
      }
    } finally {
      await this.#release(segments);
    }
  }

  async #release(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) this.#readers.set(file, (this.#readers.get(file) ?? 1) - 1);
    const unread = segments.filter(({ file }) => this.#readers.get(file) === 0);
    for (const { file } of unread) this.#readers.delete(file);
    await this.discard(unread.filter(({ file }) => this.#doomed.has(file)));
  }

  /** Removes the bytes, as soon as nobody is reading them. */
  async discard(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      if (this.#readers.has(file)) this.#doomed.add(file);
      else {
        this.#doomed.delete(file);
        await rm(join(this.#folder, file), { force: true });
      }
    }
  }

  /** Removes what an earlier run left half-written. */
  async sweep(wanted: ReadonlySet<string>): Promise<void> {
    const litter = (await readdir(this.#folder)).filter((file) => !wanted.has(file));
    await Promise.all(litter.map((file) => rm(join(this.#folder, file), { force: true })));
  }
}
