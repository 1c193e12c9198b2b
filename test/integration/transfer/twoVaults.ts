import { join } from 'node:path';
import { Secret } from '../../../src/main/lib/secret.ts';
import { SerialQueue } from '../../../src/main/lib/serialQueue.ts';
import { Exporting } from '../../../src/main/transfer/exporting.ts';
import { Importing } from '../../../src/main/transfer/importing.ts';
import { ImportTray } from '../../../src/main/transfer/importTray.ts';
import { Attempts } from '../../../src/main/vault/attempts.ts';
import { KeySlots } from '../../../src/main/vault/keySlots.ts';
import type { Vault } from '../../../src/main/vault/vault.ts';
import { endpointOrigin } from '../../../src/main/workspaces/endpointUrl.ts';
import { Workspaces } from '../../../src/main/workspaces/workspaces.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { unlockedVault } from '../../helpers/testVault.ts';
import type { RandomRecord } from './randomVault.ts';

export const proof = { kind: 'passphrase', passphrase: Secret.of('test passphrase') } as const;

export interface TestVaultWithTransfer {
  readonly folder: string;
  readonly vault: Vault;
  readonly clock: FakeClock;
  readonly tray: ImportTray;
  readonly exporting: Exporting;
  readonly importing: Importing;
  fill(records: readonly RandomRecord[]): Promise<void>;
  records(): readonly RandomRecord[];
}

/** A real vault on a folder of its own, with the services of export and import put together as the app does. */
export const vaultWithTransfer = async (folder = temporaryFolder()): Promise<TestVaultWithTransfer> => {
  const vault = await unlockedVault(join(folder, 'home'));
  const clock = new FakeClock();
  const edits = new SerialQueue();
  const workspaces = new Workspaces({
    vault,
    clock,
    edits,
    probe: () => Promise.reject(new Error('no service is asked here')),
    recordIdsOf: () => [],
  });
  const keySlots = new KeySlots({
    vault,
    keychain: null,
    attempts: new Attempts(clock),
    offerRecoveryKey: () => '',
  });
  const tray = new ImportTray(clock);
  const findWorkspace = (reference: string) => workspaces.find(reference);
  return {
    folder,
    vault,
    clock,
    tray,
    exporting: new Exporting({
      ...{ vault, clock, findWorkspace, home: join(folder, 'home') },
      prove: (given) => keySlots.prove(given),
    }),
    importing: new Importing({
      ...{ vault, clock, edits, tray, findWorkspace, endpointOrigin },
      workspaces: () => workspaces.list(),
    }),
    fill: (records) =>
      vault.commit(
        records.map(({ kind, id, meta, secret }) => ({
          ...{ op: 'put', kind, id, meta },
          ...(secret === null ? {} : { secret: Secret.of(secret) }),
        })),
      ),
    records: () =>
      vault
        .openedRecords(() => true)
        .map(({ kind, id, meta, secret }) => ({
          ...{ kind, id, meta: meta as RandomRecord['meta'] },
          secret: secret?.reveal() ?? null,
        })),
  };
};
