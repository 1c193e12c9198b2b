import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';

const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
const home = new TestHome();
afterAll(() => home.remove());

const memoryLine = (pid: number, field: string): number => {
  const [, kibibytes] =
    readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm')) ?? [];
  return Number(kibibytes) * 1024;
};

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/** One gibibyte in which no two mebibytes are alike. */
const writeGibibyte = async (file: string): Promise<void> => {
  const handle = await open(file, 'w');
  const block = Buffer.alloc(MEBIBYTE, 'nfyio');
  for (let index = 0; index < GIBIBYTE / MEBIBYTE; index++) {
    block.writeUInt32LE(index, 0);
    await handle.write(block);
  }
  await handle.close();
};

describe.skipIf(process.platform !== 'linux')('one gibibyte through the loopback', () => {
  it('goes up and comes down unchanged while the host grows by less than 64 MiB', async () => {
    const { pid } = await home.serve(['--sandbox']);
    const { endpoint } = await home.connect('s3', 'bulk', '--open', '--port', '0');
    const source = join(home.folder, 'source.bin');
    const back = join(home.folder, 'back.bin');
    await writeGibibyte(source);
    const curl = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await runCommand('/usr/bin/curl', ['-sS', '--fail-with-body', ...args]);
      expect(exitCode, stderr).toBe(0);
    };
    // Warm: code compiled, pools open, the key derivation's memory given back.
    await curl('-T', join(home.passphraseFile), `${endpoint}/demo/warm`);
    await curl('-o', '/dev/null', `${endpoint}/demo/warm`);

    const before = memoryLine(pid, 'VmRSS');
    // Writing 5 here makes the kernel start its peak anew: what follows is the highest point, not a sample.
    const clear = await open(`/proc/${pid}/clear_refs`, 'w');
    await clear.write('5');
    await clear.close();
    await curl('-T', source, `${endpoint}/demo/gibibyte`);
    await curl('-o', back, `${endpoint}/demo/gibibyte`);
    const peak = memoryLine(pid, 'VmHWM');

    expect(await sha256(back)).toBe(await sha256(source));
    expect(peak - before).toBeLessThan(64 * MEBIBYTE);
    await rm(back);
  });
});
