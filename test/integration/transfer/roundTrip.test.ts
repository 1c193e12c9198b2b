import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { MAX_PLAIN_EXPORT_BYTES } from '../../../src/main/transfer/plainExport.ts';
import { openCopy, sealCopy } from '../../../src/main/vault/vaultCopy.ts';
import { MAX_EXPORT_RECORDS } from '../../../src/shared/contract/transfer.ts';
import { PLAIN_EXPORT_WORDS } from '../../../src/shared/plainExportWords.ts';
import { cheapWrapper } from '../../helpers/testVault.ts';
import { readVault } from '../vault/documentedReader.ts';
import { type RandomRecord, randomVault } from './randomVault.ts';
import { proof, vaultWithTransfer } from './twoVaults.ts';

const VAULTS = Number(process.env.TRANSFER_VAULTS ?? '1000');
const passphrase = 'of the export';

const byId = (records: readonly RandomRecord[]) =>
  new Map(records.map(({ kind, id, meta, secret }) => [id, { kind, meta, secret }]));

describe('an export', () => {
  it(`of ${VAULTS} vaults holds every record as it was, for us and for a reader of the document`, async () => {
    await fc.assert(
      fc.asyncProperty(randomVault, async (records) => {
        const opened = records.map((record) => ({
          ...record,
          secret: record.secret === null ? null : Secret.of(record.secret),
        }));
        const file = await sealCopy(opened, cheapWrapper());
        const ours = (await openCopy(file, cheapWrapper())).map((record) => ({
          ...{ kind: record.kind, id: record.id, meta: record.meta as RandomRecord['meta'] },
          secret: record.secret?.reveal() ?? null,
        }));
        expect(byId(ours)).toEqual(byId(records));
        const documented = readVault(file, 'test passphrase');
        expect(documented.generation).toBe(1);
        expect(byId(documented.records as readonly RandomRecord[])).toEqual(byId(records));
      }),
      { numRuns: VAULTS },
    );
  });

  it('imported into an empty vault gives an equal one, sealed or in clear, and importing it again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(randomVault, fc.boolean(), async (records, isSealed) => {
        const from = await vaultWithTransfer();
        await from.fill(records);
        const path = join(from.folder, isSealed ? 'a.nfyv' : 'a.json');
        const exported = isSealed
          ? await from.exporting.sealed({ path, proof, passphrase: Secret.of(passphrase) })
          : await from.exporting.plain({ path, proof, confirm: PLAIN_EXPORT_WORDS });
        expect(exported.workspaces + exported.credentials + exported.connections).toBe(records.length);
        expect(statSync(path).mode & 0o777).toBe(0o600);

        const to = await vaultWithTransfer();
        const look = () => to.importing.preview({ path, passphrase: Secret.of(passphrase) });
        const preview = await look();
        expect(preview.skipped).toEqual([]);
        expect(preview.candidates.map(({ status }) => status)).toEqual(records.map(() => 'new'));
        await to.importing.apply(preview.importId, preview.candidates);
        expect(byId(to.records())).toEqual(byId(records));

        const generation = readFileSync(join(to.folder, 'home', 'vault.nfyv')).readBigUInt64BE(28);
        const again = await look();
        expect(again.candidates.map(({ status }) => status)).toEqual(records.map(() => 'same'));
        await to.importing.apply(again.importId, again.candidates);
        expect(readFileSync(join(to.folder, 'home', 'vault.nfyv')).readBigUInt64BE(28)).toBe(generation);
        rmSync(from.folder, { recursive: true });
        rmSync(to.folder, { recursive: true });
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

/** With its workspace, one record more than the vault is held to be quick with. */
const MANY = 10_000;

describe('a large vault', () => {
  it.each(['.nfyv', '.json'])('comes in again as a whole from one %s file', async (extension) => {
    const createdAt = '2026-01-01T00:00:00.000Z';
    const workspaceId = randomUUID();
    const workspace: RandomRecord = {
      ...{ kind: 'workspace', id: workspaceId, secret: null },
      meta: {
        ...{ name: 'w', apiUrl: 'https://app.nfyio.com', s3Url: 'https://s3.nfyio.com', createdAt },
        ...{ hasControlToken: false, isSandbox: false, accent: 'indigo', uid: null },
        capabilities: null,
      },
    };
    const keys = Array.from(
      { length: MANY },
      (_, index): RandomRecord => ({
        ...{ kind: 'credential', id: randomUUID(), secret: `a-secret-access-key-of-number-${index}` },
        meta: {
          ...{ kind: 'key', uid: null, workspaceId, name: `key ${index}`, origin: 'imported', createdAt },
          ...{ expiresAt: null, accessKeyId: `AKIA${index}`, buckets: ['*'], permission: 'read' },
        },
      }),
    );
    const from = await vaultWithTransfer();
    await from.fill([workspace, ...keys]);
    const path = join(from.folder, `all${extension}`);
    await (extension === '.nfyv'
      ? from.exporting.sealed({ path, proof, passphrase: Secret.of(passphrase) })
      : from.exporting.plain({ path, proof, confirm: PLAIN_EXPORT_WORDS }));

    const to = await vaultWithTransfer();
    const preview = await to.importing.preview({ path, passphrase: Secret.of(passphrase) });
    await to.importing.apply(preview.importId, preview.candidates);
    // An assertion that could say what differs would take half a minute.
    expect(isDeepStrictEqual(byId(to.records()), byId([workspace, ...keys]))).toBe(true);
  });

  it('is not written into a file that nobody could read again', async () => {
    const { exporting, fill, folder } = await vaultWithTransfer();
    await fill(
      Array.from(
        { length: MAX_EXPORT_RECORDS + 1 },
        (_, index): RandomRecord => ({
          ...{ kind: 'workspace', id: randomUUID(), meta: { name: `${index}` }, secret: null },
        }),
      ),
    );
    const before = readdirSync(folder);
    for (const write of [
      () => exporting.sealed({ path: join(folder, 'a.nfyv'), proof, passphrase: Secret.of(passphrase) }),
      () => exporting.plain({ path: join(folder, 'a.json'), proof, confirm: PLAIN_EXPORT_WORDS }),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'EXPORT_TOO_LARGE' });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is not written in clear where that is longer than what is read, though it fits when it is sealed', async () => {
    const { exporting, fill, folder } = await vaultWithTransfer();
    // Every one of them is a line of its own in clear.
    const lines = Array.from({ length: 6_000_000 }, () => 0);
    const meta = { name: 'large', lines } as RandomRecord['meta'];
    await fill([{ kind: 'workspace', id: randomUUID(), meta, secret: null }]);
    const sealed = join(folder, 'a.nfyv');
    await exporting.sealed({ path: sealed, proof, passphrase: Secret.of(passphrase) });
    expect(statSync(sealed).size).toBeLessThan(MAX_PLAIN_EXPORT_BYTES);
    await expect(
      exporting.plain({ path: join(folder, 'a.json'), proof, confirm: PLAIN_EXPORT_WORDS }),
    ).rejects.toMatchObject({ code: 'EXPORT_TOO_LARGE' });
    expect(readdirSync(folder)).not.toContain('a.json');
  });
});
