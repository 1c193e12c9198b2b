import { expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { put, unlockedVault } from '../helpers/testVault.ts';
import { readVault } from './tamperedVault.ts';

const SEALS = 100_000;
const RECORDS = 500;
const NONCE_BYTES = 12;

it(`no nonce comes twice in ${SEALS} seals`, { timeout: 300_000 }, async () => {
  const folder = temporaryFolder();
  const vault = await unlockedVault(folder);
  const nonces = new Set<string>();
  let seals = 0;
  while (seals < SEALS) {
    await vault.commit(Array.from({ length: RECORDS }, (_, number) => put(`id-${number}`, 'same')));
    for (const box of readVault(folder).boxes) {
      nonces.add(box.toString('latin1', 0, NONCE_BYTES));
      seals += 1;
    }
  }
  expect(nonces.size).toBe(seals);
});
