import { beforeEach, describe, expect, it } from 'vitest';
import { SerialQueue } from '../../../src/main/lib/serialQueue.ts';
import { type RunningSandbox, Sandbox } from '../../../src/main/workspaces/sandbox.ts';
import { Workspaces } from '../../../src/main/workspaces/workspaces.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { unlockedVault } from '../../helpers/testVault.ts';

const running: RunningSandbox = {
  api: 'http://127.0.0.1:1',
  s3: 'http://127.0.0.1:2',
  mintControlToken: async () => ({ token: 'nfyio_at_control' }),
  stop: async () => undefined,
};
const works = async (): Promise<RunningSandbox> => running;
const fails = (error: Error) => (): Promise<RunningSandbox> => Promise.reject(error);

let launch: () => Promise<RunningSandbox>;
let bugs: unknown[];
let sandbox: Sandbox;

beforeEach(async () => {
  const workspaces = new Workspaces({
    vault: await unlockedVault(temporaryFolder()),
    clock: new FakeClock(),
    edits: new SerialQueue(),
    probe: () => Promise.reject(new Error('no service is asked here')),
    recordIdsOf: () => [],
  });
  bugs = [];
  sandbox = new Sandbox(
    workspaces,
    () => launch(),
    (error) => bugs.push(error),
  );
});

/** It was connected in an earlier run. */
const connected = async (): Promise<void> => {
  launch = works;
  await sandbox.start();
  await sandbox.stop();
};

describe('a sandbox is resumed', () => {
  it('where it was connected before, and nowhere else', async () => {
    launch = works;
    await sandbox.resume();
    expect(sandbox.address()).toBeNull();
    await connected();
    await sandbox.resume();
    expect(sandbox.address()).toEqual({ api: running.api, s3: running.s3, workspace: 'sandbox' });
    expect(sandbox.notices()).toEqual([]);
  });

  it('or says why not, until it runs', async () => {
    await connected();
    launch = fails(Object.assign(new Error('nothing a person should read'), { code: 'ENOTDIR' }));
    await sandbox.resume();
    expect(sandbox.notices()).toEqual([expect.stringMatching(/could not be started: .*ENOTDIR/)]);
    expect(bugs).toEqual([]);
    launch = works;
    await sandbox.start();
    expect(sandbox.notices()).toEqual([]);
  });

  it('and a bug in it is reported, and keeps nobody out of the vault', async () => {
    await connected();
    const bug = new TypeError('undefined is not a function');
    launch = fails(bug);
    await sandbox.resume();
    expect(bugs).toEqual([bug]);
    expect(sandbox.notices()).toEqual(['The sandbox could not be started.']);
  });
});
