import type { ConnectionKind, LocalCredential } from '../../shared/contract/connections.ts';
import { digestOf, readLocalFile, replaceLocalFile } from '../files/localFile.ts';
import { AppError } from '../lib/appError.ts';
import type { ImportTray, Waiting } from './importTray.ts';
import { formatOf, MAX_SOURCE_BYTES, textOf } from './sources/detect.ts';
import { type Replacement, rewrite } from './sources/rewrite.ts';
import type { Found } from './sources/source.ts';

export interface Connected {
  readonly connection: { readonly id: string; readonly name: string; readonly endpoint: string };
  readonly local: LocalCredential;
}

interface SourceReplacingDependencies {
  readonly tray: ImportTray;
  /** A connection that uses this credential alone. The name is made new if it is taken. */
  readonly connect: (wanted: {
    readonly credentialId: string;
    readonly kind: ConnectionKind;
    readonly name: string;
  }) => Promise<Connected>;
  readonly revoke: (connectionId: string) => Promise<void>;
}

export interface Replaced {
  readonly name: string;
  readonly connection: Connected['connection'] | null;
}

type How = 'connection' | 'remove';

/** After an import: takes the plain secret out of the file that it came from. */
export class SourceReplacing {
  readonly #dependencies: SourceReplacingDependencies;

  constructor(dependencies: SourceReplacingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Ends the import. @throws AppError IMPORT_GONE | INVALID_INPUT | SOURCE_CHANGED | FILE_UNUSABLE | … */
  replace(importId: string, how: How): Promise<{ path: string; replaced: Replaced[] }> {
    return this.#dependencies.tray.use(importId, async (waiting) => ({
      next: null,
      result: { path: waiting.path, replaced: await this.#rewriteFile(waiting, how) },
    }));
  }

  async #rewriteFile({ path, sourceDigest, applied }: Waiting, how: How): Promise<Replaced[]> {
    if (applied === null || sourceDigest === null) {
      throw new AppError('INVALID_INPUT', {
        detail: 'Only a foreign file can be rewritten, and only after what is in it was imported.',
        hint: 'Delete an export in clear yourself when it is no longer needed.',
      });
    }
    const before = await readLocalFile(path, MAX_SOURCE_BYTES);
    if (digestOf(before) !== sourceDigest) throw new AppError('SOURCE_CHANGED', { detail: `(${path})` });
    const text = textOf(before);
    before.fill(0);
    const format = formatOf(text);
    const source = format.read(text);
    // A candidate's id is its place in the file.
    const imported = source.found.flatMap((found, place) => {
      const credentialId = applied.get(String(place));
      return credentialId === undefined ? [] : [{ found, credentialId }];
    });
    const made: Connected[] = [];
    try {
      const replacements: Replacement[] = [];
      const replaced: Replaced[] = [];
      for (const { found, credentialId } of imported) {
        const connected = how === 'remove' ? null : await this.#connect(found, credentialId);
        if (connected !== null) made.push(connected);
        replacements.push({ found, local: connected?.local ?? null });
        replaced.push({ name: found.name, connection: connected?.connection ?? null });
      }
      const after = Buffer.from(rewrite(format, source, replacements), 'utf8');
      await replaceLocalFile(path, sourceDigest, after, MAX_SOURCE_BYTES);
      return replaced;
    } catch (error) {
      for (const { connection } of made) await this.#dependencies.revoke(connection.id);
      throw error;
    } finally {
      for (const { secret } of source.found) secret.wipe();
    }
  }

  #connect({ kind, name }: Found, credentialId: string): Promise<Connected> {
    return this.#dependencies.connect({ credentialId, kind: kind === 'key' ? 's3' : 'api', name });
  }
}
