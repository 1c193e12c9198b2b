import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { findCanaries } from '../helpers/canary.ts';
import { heapSnapshotFlags, readHeapStrings, readProcessMemory } from '../helpers/processMemory.ts';
import { SecretJourney } from '../helpers/secretJourney.ts';
import { type Ready, TestHome, testPassphrase } from '../helpers/servedVault.ts';
import { projectRoot } from '../helpers/sourceFiles.ts';
import { readKeys } from './vault/documentedReader.ts';

/** Within this time after a lock nothing of a secret may be left. */
const AFTER_LOCK_MS = 1000;

const home = new TestHome();
const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-memory-'));
const journey = new SecretJourney(home, 'service');
const trustTestCertificate = join(projectRoot, 'bench', 'processes', 'trustTestCertificate.mjs');
const fronts: Server[] = [];
/** In this process: the memory of a service knows its own secrets. */
let service: RunningSandbox;
let ready: Ready;
/** Taken of a host that is not looked at again: a snapshot itself leaves copies of what it finds. */
let inOpenHeap: readonly string[] = [];

/** TLS before it, as before any real service. @returns its origin */
const inFrontOf = (origin: string): Promise<string> => {
  const read = (ending: string): Buffer =>
    readFileSync(join(projectRoot, 'test', 'fixtures', 'tls', `selfSigned.${ending}`));
  const front = createServer({ key: read('key'), cert: read('crt') }, (socket) => {
    const behind = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => behind.destroy()).pipe(behind);
    behind.on('error', () => socket.destroy()).pipe(socket);
  });
  fronts.push(front);
  return new Promise((resolve) => {
    front.listen(0, '127.0.0.1', () => resolve(`https://localhost:${(front.address() as AddressInfo).port}`));
  });
};

const serve = (): Promise<Ready> =>
  home.serve([], {}, ['--import', trustTestCertificate, ...heapSnapshotFlags(folder)]);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** What signs for a key on one day, as secret as the key itself; kept under the pads of HMAC. */
const signingKeys = (): Record<string, Buffer> => {
  const [today, yesterday] = [0, 24 * 60 * 60_000].map((agoMs) =>
    new Date(Date.now() - agoMs).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const secrets = Object.entries(journey.secrets).filter(([which]) => which.startsWith('made secret'));
  return Object.fromEntries(
    secrets.flatMap(([which, secret]) =>
      [today, yesterday].flatMap((day = '') => {
        const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), 'us-east-1'), 's3'), 'aws4_request');
        return [0, 0x36, 0x5c].map((pad): [string, Buffer] => [
          `signing key of ${which}, ${day}, under ${pad}`,
          Buffer.from(key.map((byte) => byte ^ pad)),
        ]);
      }),
    ),
  );
};

const inMemory = (): string[] => {
  const memory = readProcessMemory(ready.pid);
  const keys = readKeys(readFileSync(join(home.home, 'vault.nfyv')), testPassphrase);
  return [
    ...findCanaries(memory, journey.secrets),
    ...Object.entries({ ...keys, ...signingKeys() }).flatMap(([which, key]) =>
      [...memory].filter(([, bytes]) => bytes.includes(key)).map(([place]) => `${place}: ${which} as raw`),
    ),
  ];
};
const inHeap = async (): Promise<string[]> =>
  findCanaries(new Map([['heap', await readHeapStrings(ready.pid, folder)]]), {
    ...journey.secrets,
    ...journey.localSecrets,
  });

beforeAll(async () => {
  service = await startSandbox({
    folder: join(folder, 'service'),
    apiPort: 0,
    s3Port: 0,
    now: () => Date.now(),
    log: () => undefined,
  });
  ready = await serve();
  const { token } = await service.mintControlToken();
  journey.secrets['control token'] = token;
  const urls = ['--api-url', await inFrontOf(service.api), '--s3-url', await inFrontOf(service.s3)];
  await home.json(['workspace', 'add', '--name', 'service', ...urls, '--token-stdin'], token);
  await journey.mint();
  await journey.importByHand();
  await journey.connect();
  await journey.importFiles();
  await journey.sendThroughConnections(ready);
  inOpenHeap = await inHeap();
  await home.stop();
  ready = await serve();
  await journey.changeHowItOpens();
  await journey.sendThroughConnections(ready);
  await journey.mint(' again');
  await journey.presign();
  await journey.exportAll(' again');
  await journey.sendThroughConnections(ready);
}, 300_000);
afterAll(async () => {
  await home.remove();
  for (const front of fronts) front.close();
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const statusWithoutKey = async (): Promise<number> => (await fetch(`${ready.api}/api/auth/me`)).status;

describe.skipIf(process.platform !== 'linux')('the memory of the host', () => {
  it('is searched by means that find secrets while the vault is open and in use', async () => {
    const wanted = [
      ...['data key', 'extracted key', 'control token', 'made secret', 'imported token'],
      'signing key of made secret',
    ];
    const seen = new Set<string>();
    // What was used a moment ago may have been collected by now: then it is used again.
    for (let round = 0; round < 10 && seen.size < wanted.length; round += 1) {
      await home.json(['workspace', 'check', 'service']);
      await journey.sendThroughConnections(ready);
      const found = inMemory();
      for (const which of wanted)
        if (found.some((hit) => new RegExp(`: ${which}(?: as |, \\d)`).test(hit))) seen.add(which);
    }
    expect([...seen].toSorted()).toEqual(wanted.toSorted());
    expect(inOpenHeap).not.toEqual([]);
  });

  it('holds no secret a second after a lock, wherever in it one looks', async () => {
    const theirs = await journey.leaveToolsConnected(ready);
    await home.json(['lock']);
    const lockedAt = performance.now();
    expect(await statusWithoutKey()).toBe(423);
    // The second of the promise itself; then the process stands still while it is read.
    await new Promise((resolve) => setTimeout(resolve, lockedAt + AFTER_LOCK_MS - performance.now()));
    process.kill(ready.pid, 'SIGSTOP');
    const found = inMemory();
    process.kill(ready.pid, 'SIGCONT');
    expect(found).toEqual([]);
    // The runtime keeps the head of the last request of a tool for as long as the tool stays connected.
    expect((await inHeap()).filter((hit) => !hit.includes(theirs))).toEqual([]);
    expect(await statusWithoutKey()).toBe(423);
  });
});
