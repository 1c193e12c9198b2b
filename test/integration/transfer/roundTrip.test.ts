import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { openCopy, sealCopy } from '../../../src/main/vault/vaultCopy.ts';
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
