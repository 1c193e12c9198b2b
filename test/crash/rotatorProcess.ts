/**
 * The core on a home folder, doing what each line says until it is killed: `rotatorProcess.ts <home>`. Says `ready`,
 * then for each line `done` with what was acknowledged, or `failed` with the code of the error.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { createApp } from '../../src/main/app.ts';
import { systemClock } from '../../src/main/node/systemClock.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract/contract.ts';
import { FakeKeychain } from '../helpers/fakeKeychain.ts';
import { MemoryLogger } from '../helpers/memoryLogger.ts';
import { createMemoryPreferences } from '../helpers/memoryPreferences.ts';
import { RecordingNotifier } from '../helpers/recordingNotifier.ts';

const [home = ''] = process.argv.slice(2);
/** Written before anything else happens: what the parent has read was true. */
const say = (word: string, about = ''): void => void writeSync(1, `${word} ${about}\n`);

const app = createApp(
  {
    clock: systemClock,
    logger: new MemoryLogger(),
    notifier: new RecordingNotifier(),
    preferences: createMemoryPreferences(),
    reminderStore: createMemoryPreferences(),
    keychain: new FakeKeychain(),
    keyring: null,
    clipboard: null,
  },
  {
    home,
    ...{ version: '0.0.0', host: 'headless', apiPort: 0, s3Port: 0, openFiles: 256 },
    sandboxPorts: { api: 0, s3: 0 },
    onStopRequested: () => undefined,
  },
);

class Refusal extends Error {}
const call = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await app.router.answer(name, input);
  if (!answer.ok) throw new Refusal(`${name} ${answer.error.code}`);
  return answer.output as CallOutput<Name>;
};

/** Until nothing is being replaced, and every place outside knows the present secret. */
const ended = async (): Promise<void> => {
  const isOpen = async (): Promise<boolean> =>
    (await call('rotation.list', {})).rotations.length > 0 ||
    (await call('target.list', {})).targets.some(({ state }) => state.kind !== 'current');
  while (await isOpen()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** Everything that was left unfinished is finished, by what the product offers for it. */
const settle = async (): Promise<void> => {
  // One after the other: to regenerate a key settles all that was asked for it before.
  for (let [next] = (await call('intent.list', {})).intents; next !== undefined; ) {
    await call('intent.resolve', { id: next.id });
    [next] = (await call('intent.list', {})).intents;
  }
  await ended();
  for (const { id, name } of (await call('credential.list', {})).credentials)
    if (name.startsWith('minted')) await call('credential.delete', { id });
};

const tasks: Readonly<Record<string, (about: string) => Promise<unknown>>> = {
  settle,
  connect: async (about) => {
    const { workspace, places } = JSON.parse(about);
    await call('workspace.add', { name: 'w', ...workspace });
    await call('token.create', { workspace: 'w', name: 'rotated', scope: 'read', expireDays: 30 });
    const power = { buckets: ['demo'], permission: 'read' as const };
    await call('key.create', { workspace: 'w', name: 'regenerated', ...power });
    await call('connection.create', { workspace: 'w', kind: 'api', name: 'a' });
    await call('connection.create', { workspace: 'w', kind: 's3', name: 's' });
    for (const [credential, place] of places) {
      const { target } = await call('target.add', { credential, place });
      await call('target.write', { id: target.id });
    }
  },
  mint: (name) => call('token.create', { workspace: 'w', name, scope: 'read', expireDays: 30 }),
  rotate: () => call('rotation.start', { credential: 'rotated', drainMs: 0 }),
  rotateToTheEnd: async () => {
    await call('rotation.start', { credential: 'rotated', drainMs: 0 });
    await ended();
  },
  replace: () => call('rotation.start', { credential: 'regenerated', drainMs: 0 }),
  regenerate: () => call('key.regenerate', { credential: 'regenerated' }),
};

flushCompileCache();
await app.start();
const { vault } = await call('app.status', {});
await call(vault === 'absent' ? 'vault.create' : 'vault.unlock', {});
say('ready');
for await (const line of createInterface(process.stdin)) {
  const [word = '', ...about] = line.split(' ');
  try {
    await tasks[word]?.(about.join(' '));
    say('done', line);
  } catch (error) {
    say('failed', error instanceof Refusal ? error.message : String(error));
  }
}
process.exit(0);
