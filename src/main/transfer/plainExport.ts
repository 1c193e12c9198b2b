import { z } from 'zod';
import { MAX_EXPORT_RECORDS } from '../../shared/contract/transfer.ts';
import { AppError } from '../lib/appError.ts';
import { parseBoundedJson } from '../lib/boundedJson.ts';
import { Secret } from '../lib/secret.ts';
import type { OpenedRecord } from '../vault/openRecords.ts';

/** An export in clear: the records of the vault file as readable JSON. */

const FORMAT = 'nfyio-vault/plain-export';
const VERSION = 1;
export const MAX_PLAIN_EXPORT_BYTES = 64 * 1024 * 1024;

const text = z.string().max(65_536);
const plainExport = z.object({
  format: z.literal(FORMAT),
  version: z.number().int().min(1),
  records: z
    .array(
      z.object({
        kind: z.string().max(100),
        id: z.string().min(1).max(200),
        meta: z.unknown(),
        secret: text.nullable(),
      }),
    )
    .max(MAX_EXPORT_RECORDS),
});

/** With its version before anything else is looked at: a later one may have another shape. */
const anyVersion = z.object({ format: z.literal(FORMAT), version: z.number().int().min(1) });

/** The caller wipes it. */
export const writePlainExport = (records: readonly OpenedRecord[], exportedAt: string): Buffer => {
  const document = {
    format: FORMAT,
    version: VERSION,
    exportedAt,
    records: records.map(({ kind, id, meta, secret }) => ({
      kind,
      id,
      meta,
      secret: secret === null ? null : secret.reveal(),
    })),
  };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');
};

const parsed = (json: string): unknown => {
  try {
    return parseBoundedJson(json);
  } catch {
    // Not passed on: that error quotes the text.
    throw new AppError('IMPORT_UNREADABLE', { detail: 'It is not well-formed JSON, or nested too deeply.' });
  }
};

/** With its secrets, for the caller to wipe. @throws AppError IMPORT_UNREADABLE | VAULT_NEWER */
export const readPlainExport = (json: string): readonly OpenedRecord[] => {
  const value = parsed(json);
  const version = anyVersion.safeParse(value).data?.version;
  if (version !== undefined && version > VERSION) throw new AppError('VAULT_NEWER');
  const document = plainExport.safeParse(value);
  if (!document.success) {
    throw new AppError('IMPORT_UNREADABLE', { detail: 'It is JSON, but not an export of nfyio Vault.' });
  }
  return document.data.records.map(({ secret, ...record }) => ({
    ...record,
    secret: secret === null ? null : Secret.of(secret),
  }));
};
