import { parseBoundedJson } from '../lib/boundedJson.ts';
import { directoryContext, type RecordIdentity } from './boxContext.ts';
import { BOX_OVERHEAD_BYTES, openBox, plaintextOf, sealInPlace } from './sealedBox.ts';
import { copyAll, type Stretch, totalLength } from './stretch.ts';

/** All that is known of the records but their secrets, in one box: a line of JSON for each. */

/** Frozen. */
export interface DirectoryEntry extends RecordIdentity {
  readonly meta: unknown;
}

export interface DirectoryLine {
  readonly entry: DirectoryEntry;
  /** With its end of line. Kept, because making it anew for every record would double the time of a save. */
  readonly line: Stretch;
}

/** What the box is bound to, besides the number of lines. */
interface DirectoryPlace {
  readonly vaultId: Buffer;
  readonly generation: number;
}

const END_OF_LINE = 0x0a;

/** Far beyond ours; a box cannot be bound to just any. */
const MAX_NAME_LENGTH = 255;

const isName = (value: unknown): boolean => typeof value === 'string' && value.length <= MAX_NAME_LENGTH;
const isCounter = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isEntry = (value: unknown): value is DirectoryEntry =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  isName(value.id) &&
  'kind' in value &&
  isName(value.kind) &&
  'revision' in value &&
  isCounter(value.revision) &&
  'meta' in value;

const lineAt = (bytes: Buffer, start: number, end: number): DirectoryLine => {
  const entry = parseBoundedJson(bytes.toString('utf8', start, end));
  if (!isEntry(entry)) throw new SyntaxError('it is no entry');
  return { entry, line: { bytes, start, end } };
};

/** @throws SyntaxError when its reader would refuse it */
export const lineOf = ({ id, kind, revision }: RecordIdentity, meta: unknown): DirectoryLine => {
  const bytes = Buffer.from(`${JSON.stringify({ id, kind, revision, meta })}\n`, 'utf8');
  return lineAt(bytes, 0, bytes.length);
};

/** How many bytes its box has. */
export const directoryBytes = (lines: readonly Stretch[]): number => BOX_OVERHEAD_BYTES + totalLength(lines);

export const sealDirectory = (
  box: Buffer,
  key: Buffer,
  { vaultId, generation }: DirectoryPlace,
  lines: readonly Stretch[],
): void => {
  copyAll(lines, plaintextOf(box));
  sealInPlace(key, box, directoryContext(vaultId, generation, lines.length));
};

/** @returns null when it is not as it was sealed, or sealed as it should not be */
export const openDirectory = (
  key: Buffer,
  { vaultId, generation }: DirectoryPlace,
  recordCount: number,
  box: Buffer,
): readonly DirectoryLine[] | null => {
  const plaintext = openBox(key, box, directoryContext(vaultId, generation, recordCount));
  if (plaintext === null) return null;
  const lines: DirectoryLine[] = [];
  try {
    for (let start = 0; start < plaintext.length; ) {
      // 0 when the last line does not end: it is then read as nothing, which is no JSON.
      const end = plaintext.indexOf(END_OF_LINE, start) + 1;
      lines.push(lineAt(plaintext, start, end));
      start = end;
    }
  } catch {
    return null;
  }
  return lines;
};
