import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../main/lib/appError.ts';
import type { CallOutput } from '../../shared/contract/contract.ts';
import { PLAIN_EXPORT_WORDS } from '../../shared/plainExportWords.ts';
import { skippedWords } from '../../shared/skippedWords.ts';
import type { Call } from '../client.ts';
import { exportDocument, importDocument, previewDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { remark, WireFailure } from '../output.ts';
import { askNewPassphrase, askPassphrase, givenPassphrase } from '../passphrase.ts';
import { proofFor } from '../proof.ts';
import { formatTable, plain } from '../table.ts';
import { isTerminal } from '../terminal.ts';

type Preview = CallOutput<'import.preview'>;

interface ExportOptions {
  readonly workspace?: string;
  readonly plain?: boolean;
  readonly confirm?: string;
  readonly exportPassphraseFile?: string;
}

interface ImportOptions {
  readonly workspace?: string;
  readonly preview?: boolean;
  readonly only?: readonly string[];
  readonly rename?: ReadonlyMap<string, string>;
  readonly bucket?: readonly string[];
  readonly permission?: 'read' | 'read-write';
  readonly replace?: boolean;
  readonly removeSource?: boolean;
  readonly exportPassphraseFile?: string;
}

const renaming = (
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It has to look like OLD=NEW.');
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
};

const exportPassphraseOption = (): Option =>
  new Option('--export-passphrase-file <file>', 'what opens the export; else the passphrase of the vault');

/**
 * Tried with the passphrase at hand; when the file turns out to need another one, that is asked for.
 * @param isOwn the passphrase was given for this file
 */
const previewed = async (
  call: Call,
  wanted: { readonly path: string; readonly workspace: string | undefined },
  passphrase: string | undefined,
  isOwn: boolean,
): Promise<Preview> => {
  try {
    return await call('import.preview', { ...wanted, passphrase });
  } catch (error) {
    const needsAnother =
      error instanceof WireFailure && ['PASSPHRASE_NEEDED', 'WRONG_PASSPHRASE'].includes(error.code);
    if (!needsAnother || isOwn) throw error;
    if (!isTerminal())
      throw new AppError(error.code, {
        hint: 'Give the passphrase of the file: --export-passphrase-file F.',
      });
    return call('import.preview', { ...wanted, passphrase: await askPassphrase('the export') });
  }
};

/** Everything, or what is named. A name that is not in the file is a slip that must not go unnoticed. */
const chosenOf = ({ candidates }: Preview, { only, rename }: ImportOptions) => {
  const names = new Set(candidates.map(({ name }) => name));
  const unknown = [...(only ?? []), ...(rename?.keys() ?? [])].find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new AppError('INVALID_INPUT', {
      detail: `Nothing in the file is named ${plain(unknown)}.`,
      hint: 'See what is in it with --preview.',
    });
  }
  return candidates
    .filter(({ name }) => only === undefined || only.includes(name))
    .map(({ id, name }) => ({ id, name: rename?.get(name) }));
};

/** Absent: not narrowed at all. */
const keysOf = ({ bucket, permission }: ImportOptions) =>
  bucket === undefined && permission === undefined
    ? undefined
    : { buckets: [...(bucket ?? ['*'])], permission: permission ?? 'read-write' };

const noteOn = ({
  openPort,
  isElsewhere,
  endpoint,
  isSandboxElsewhere,
}: Preview['candidates'][number]): string => {
  if (openPort !== null) return `opens port ${openPort}`;
  if (isSandboxElsewhere) return 'the sandbox of another home, which is not here';
  return isElsewhere ? `of ${endpoint}` : '';
};

const leftOutWords = ({ skipped }: Preview): string[] =>
  skipped.map(({ name, because }) => `Left out: ${plain(name)} (${skippedWords[because]}).`);

const rewrittenWords = (file: string, replaced: CallOutput<'import.replaceSource'>['replaced']): string =>
  replaced.length === 0
    ? `${resolve(file)} was left as it is.`
    : `Rewrote ${resolve(file)}; no copy of the old one was kept.`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const previewWords = (preview: Preview): string =>
  [
    formatTable(
      ['kind', 'name', 'workspace', 'access key id', 'note', 'status'],
      preview.candidates.map((candidate) => {
        const { kind, name, workspace, accessKeyId, status, conflict } = candidate;
        const verdict = conflict === null ? status : `${status} (${conflict})`;
        return [kind, name, workspace, accessKeyId ?? '', noteOn(candidate), verdict];
      }),
      'Nothing to import.',
    ),
    ...leftOutWords(preview),
  ].join('\n');

export const addTransferCommands = (program: Command): void => {
  program
    .command('export')
    .description('Write the vault, or one workspace of it, to a new file, sealed under a passphrase')
    .argument('<file>', 'a new file that ends in .nfyv (in .json with --plain)')
    .option('--workspace <workspace>', 'only this one with its credentials and connections')
    .addOption(exportPassphraseOption())
    .option('--plain', 'with every secret in clear; needs --confirm')
    .option('--confirm <words>', `exactly: ${PLAIN_EXPORT_WORDS}`)
    .action(
      action<ExportOptions, [string]>(async ({ answer, withVault, passphraseFile }, options, file) => {
        const { workspace, exportPassphraseFile, confirm = '' } = options;
        const exported = await withVault(async (call) => {
          const proof = await proofFor(call, passphraseFile);
          const target = { path: resolve(file), workspace, proof };
          if (options.plain) return call('export.plain', { ...target, confirm });
          const passphrase =
            exportPassphraseFile === undefined
              ? proof.passphrase
              : await givenPassphrase(exportPassphraseFile);
          return call('export.sealed', {
            ...target,
            passphrase: passphrase ?? (await askNewPassphrase('the export')),
          });
        });
        const { path, workspaces, credentials, connections } = exported;
        answer({ export: exportDocument(exported, options.plain !== true) }, () =>
          [
            `Wrote ${path}: ${counted(workspaces, 'workspace')}, ${counted(credentials, 'credential')}, ${counted(connections, 'connection')}.`,
            ...(options.plain ? ['It holds every secret in clear: delete it when it has served.'] : []),
          ].join('\n'),
        );
      }),
    );

  program
    .command('import')
    .description('Bring in an export, or the credentials of .env, ~/.aws/credentials, rclone.conf or .s3cfg')
    .argument('<file>', 'its kind is seen by what is in it')
    .option('--workspace <workspace>', 'where foreign credentials belong; an export brings its own')
    .addOption(exportPassphraseOption())
    .option('--preview', 'only say what would come in')
    .option('--only <name...>', 'only what has this name; may be repeated')
    .option('--rename <old=new>', 'give it another name here; may be repeated', renaming)
    .option('--bucket <bucket...>', 'the keys of a foreign file are for this bucket; may be repeated')
    .addOption(
      new Option('--permission <permission>', 'what the keys of a foreign file may do').choices([
        'read',
        'read-write',
      ]),
    )
    .addOption(
      new Option(
        '--replace',
        'afterwards put local credentials of new connections in their place in the file',
      ).conflicts(['removeSource', 'preview']),
    )
    .addOption(
      new Option('--remove-source', 'afterwards take what was imported out of the file').conflicts('preview'),
    )
    .action(
      action<ImportOptions, [string]>(
        async ({ answer, isJson, withVault, passphraseFile }, options, file) => {
          const passphrase = await givenPassphrase(options.exportPassphraseFile ?? passphraseFile);
          await withVault(async (call) => {
            const wanted = { path: resolve(file), workspace: options.workspace };
            const isOwn = options.exportPassphraseFile !== undefined;
            const preview = await previewed(call, wanted, passphrase, isOwn);
            const { importId } = preview;
            if (options.preview) {
              await call('import.discard', { importId });
              answer({ preview: previewDocument(preview) }, () => previewWords(preview));
              return;
            }
            const how = options.replace ? 'connection' : options.removeSource ? 'remove' : null;
            if (how !== null && !preview.canReplaceSource) {
              throw new AppError('INVALID_INPUT', { detail: 'Only a foreign file can be rewritten.' });
            }
            const { imported } = await call('import.apply', {
              importId,
              chosen: chosenOf(preview, options),
              keys: keysOf(options),
            });
            const replaced =
              how === null ? null : (await call('import.replaceSource', { importId, how })).replaced;
            if (how === null) await call('import.discard', { importId });
            if (!isJson && preview.candidates.some(({ isElsewhere }) => isElsewhere))
              remark('Some of it names another endpoint than its workspace has: see --preview.');
            answer({ import: importDocument(preview, imported, replaced) }, () =>
              [
                ...imported.map(
                  ({ kind, name, isNew }) =>
                    `${isNew ? 'Imported' : 'Here already:'} ${kind} ${plain(name)}.`,
                ),
                ...leftOutWords(preview),
                ...(replaced === null ? [] : [rewrittenWords(file, replaced)]),
              ].join('\n'),
            );
          });
        },
      ),
    );
};
