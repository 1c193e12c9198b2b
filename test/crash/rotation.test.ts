import { readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SeededRandom } from '../fuzz/seededRandom.ts';
import { FakeKeychain } from '../helpers/fakeKeychain.ts';
import { Relay } from '../helpers/relay.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { openVault } from '../helpers/testVault.ts';
import { amountOf, seed } from './amount.ts';
import { Child } from './child.ts';

const KILLS = amountOf(1_000);
const asks = ['mint', 'rotate', 'rotateToTheEnd', 'replace', 'regenerate', 'settle'] as const;

/** Where the kill lands: when a save begins, when a place is being written, before the service hears of something, before its answer is heard. */
type Moment =
  | { readonly at: 'save' | 'place'; readonly number: number }
  | { readonly at: 'request' | 'answer'; readonly number: number }
  | { readonly at: 'time'; readonly afterMs: number };

const momentOf = (random: SeededRandom): Moment => {
  const at = random.pick(['save', 'save', 'place', 'request', 'answer', 'time'] as const);
  if (at === 'time') return { at, afterMs: random.next() * 40 };
  return { at, number: 1 + random.below(at === 'save' ? 6 : 2) };
};

interface Listed {
  readonly uid: string;
  readonly name: string;
}

/** As it is sealed; what a record of another kind has is missing. */
interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly kind: string;
  readonly accessKeyId: string;
  readonly what: string;
  readonly step: string;
  readonly retiringId: string;
  readonly credentialId: string;
  readonly credentialIds: readonly string[];
}

/** The service and the vault beside it, looked at while nothing of ours runs. */
class Scene {
  readonly home = join(temporaryFolder(), 'home');
  readonly #places = temporaryFolder();
  readonly #sandbox: RunningSandbox;
  readonly #relay: Relay;
  readonly #controlToken: string;

  private constructor(sandbox: RunningSandbox, relay: Relay, controlToken: string) {
    this.#sandbox = sandbox;
    this.#relay = relay;
    this.#controlToken = controlToken;
  }

  static async set(): Promise<Scene> {
    const sandbox = await startSandbox({
      ...{ folder: join(temporaryFolder(), 'sandbox'), apiPort: 0, s3Port: 0 },
      ...{ now: () => Date.now(), log: () => undefined },
    });
    const relay = await Relay.to(sandbox.api);
    onTestFinished(async () => {
      relay.stop();
      await sandbox.stop();
    });
    const scene = new Scene(sandbox, relay, (await sandbox.mintControlToken()).token);
    const child = await scene.start();
    const workspace = { apiUrl: relay.origin, s3Url: sandbox.s3, controlToken: scene.#controlToken };
    child.ask(`connect ${JSON.stringify({ workspace, places: scene.#place() })}`);
    expect(await child.next()).toMatchObject({ word: 'done' });
    await child.end();
    return scene;
  }

  async start(): Promise<Child> {
    const child = new Child('./rotatorProcess.ts', [this.home]);
    expect(await child.next()).toMatchObject({ word: 'ready' });
    return child;
  }

  /** @returns whether the task was acknowledged before the process died */
  async killed(child: Child, task: string, moment: Moment): Promise<boolean> {
    const isDue = this.#due(moment);
    child.ask(task);
    const said = child.next();
    await Promise.race([isDue, said]);
    await child.kill();
    this.#relay.fate = () => 'pass';
    return (await said)?.word === 'done';
  }

  #due(moment: Moment): Promise<void> {
    if (moment.at === 'time') return new Promise((resolve) => setTimeout(resolve, moment.afterMs));
    let left = moment.number;
    return new Promise((resolve) => {
      if (moment.at === 'save' || moment.at === 'place') {
        const [folder, file] = moment.at === 'save' ? [this.home, 'vault.nfyv'] : [this.#places, '.env'];
        const watcher = watch(folder, (event, name) => {
          if (event !== 'rename' || name?.startsWith(`${file}.tmp-`) !== true) return;
          left -= 1;
          if (left > 0) return;
          watcher.close();
          resolve();
        });
        return;
      }
      this.#relay.fate = (method) => {
        if (method === 'GET') return 'pass';
        left -= 1;
        if (left !== 0) return 'pass';
        resolve();
        return moment.at === 'request' ? 'loseRequest' : 'loseAnswer';
      };
    });
  }

  /** What is wrong: nothing that exists may be unknown, nothing that is known may be dead, unless that is told. */
  async problems(acknowledged: ReadonlySet<string>, task = ''): Promise<string[]> {
    const vault = await openVault(this.home);
    await vault.unlock(new FakeKeychain());
    const of = (kind: string) => vault.records(kind).map(({ id, meta }) => ({ id, ...(meta as Meta) }));
    const [credentials, intents, rotations] = ['credential', 'intent', 'rotation'].map(of);
    if (credentials === undefined || intents === undefined || rotations === undefined) return ['no records'];
    const problems: string[] = [];
    for (const kind of ['token', 'key'] as const) {
      const known = new Set(credentials.map(({ uid }) => uid));
      const isTold = ({ name }: Listed): boolean =>
        intents.some((intent) => intent.what === 'mint' && intent.kind === kind && intent.name === name);
      for (const listed of await this.#listed(kind))
        if (listed.name !== 'nfyio Vault' && !known.has(listed.uid) && !isTold(listed))
          problems.push(`nobody knows the ${kind} ${listed.name}`);
    }
    for (const credential of credentials) {
      const secret = vault.secretOf(credential.id).reveal();
      const isLeaving = rotations.some(
        ({ retiringId, step }) => retiringId === credential.id && step === 'deleting',
      );
      const isTold = intents.some(
        ({ what, credentialId }) => what === 'regenerate' && credentialId === credential.id,
      );
      // Somebody was just deleting it, and can do so again.
      const isDeleted = task === 'settle' && credential.name.startsWith('minted');
      if (!(await this.#works(credential, secret)) && !isLeaving && !isTold && !isDeleted)
        problems.push(`${credential.name} is dead`);
    }
    for (const connection of of('connection')) {
      const [bound = ''] = connection.credentialIds;
      if (!credentials.some(({ id }) => id === bound)) problems.push(`${connection.name} has no credential`);
      if (rotations.some(({ retiringId }) => retiringId === bound))
        problems.push(`${connection.name} uses one that goes`);
    }
    for (const token of [this.#env().NFYIO_TOKEN ?? '', this.#stored('slow.json').token])
      if (!(await this.#works({ kind: 'token' } as Meta, token))) problems.push('a token outside is dead');
    const names = new Set(credentials.map(({ name }) => name));
    for (const name of acknowledged) if (!names.has(name)) problems.push(`lost: ${name}`);
    vault.lock();
    return problems;
  }

  /** How many there are, of the vault and of the service: the control token is the service's alone. */
  async counts(): Promise<readonly [number, number]> {
    const vault = await openVault(this.home);
    await vault.unlock(new FakeKeychain());
    const inVault = vault.records('credential').length;
    vault.lock();
    const atService = (await this.#listed('token')).length + (await this.#listed('key')).length - 1;
    return [inVault, atService];
  }

  /** Two credentials in one file, and with a program each besides, of which one is slower than the service. */
  #place(): readonly (readonly [string, object])[] {
    const [env, kept, slow] = ['.env', 'kept.json', 'slow.json'].map((name) => join(this.#places, name));
    writeFileSync(env ?? '', '# of an app\nPORT=80\n', { mode: 0o600 });
    // It outlives whoever is killed while it reads: what it got is not whole then, and is not kept.
    const keep = 'cat > "$0.$$" && grep -q "}$" "$0.$$" && mv "$0.$$" "$0"';
    return [
      ['rotated', { kind: 'dotenv', path: env }],
      ['rotated', { kind: 'command', command: ['/bin/sh', '-c', `sleep 0.1; ${keep}`, slow] }],
      ['regenerated', { kind: 'dotenv', path: env }],
      ['regenerated', { kind: 'command', command: ['/bin/sh', '-c', keep, kept] }],
    ];
  }

  #env(): NodeJS.Dict<string> {
    return parseEnv(readFileSync(join(this.#places, '.env'), 'utf8'));
  }

  // biome-ignore lint/suspicious/noExplicitAny: whatever the program was given
  #stored(name: string): any {
    return JSON.parse(readFileSync(join(this.#places, name), 'utf8'));
  }

  /** What is wrong with the places outside when nothing is left to be done. */
  async placeProblems(): Promise<string[]> {
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secret = '', PORT } = this.#env();
    const kept = this.#stored('kept.json');
    const works = await this.#works({ kind: 'key', accessKeyId } as Meta, secret);
    return [
      ...(works ? [] : ['the key in the file is dead']),
      ...(this.#stored('slow.json').token === this.#env().NFYIO_TOKEN
        ? []
        : ['the slow one has another token']),
      ...(kept.access_key_id === accessKeyId && kept.secret_access_key === secret
        ? []
        : ['the program has another key']),
      ...(PORT === '80' ? [] : ['the rest of the file is gone']),
      ...readdirSync(this.#places).filter((name) => name.startsWith('.env.')),
    ];
  }

  async #listed(kind: 'token' | 'key'): Promise<readonly Listed[]> {
    const path = kind === 'token' ? 'access-tokens' : 'object-storage/access-keys';
    const authorization = `Bearer ${this.#controlToken}`;
    const reply = await fetch(`${this.#sandbox.api}/api/${path}?limit=100`, { headers: { authorization } });
    return (await reply.json()).data;
  }

  async #works(credential: Meta, secret: string): Promise<boolean> {
    if (credential.kind === 'token') {
      const headers = { authorization: `Bearer ${secret}` };
      return (await fetch(`${this.#sandbox.api}/api/auth/me`, { headers })).status === 200;
    }
    const client = new S3Client({
      ...{ endpoint: this.#sandbox.s3, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 },
      credentials: { accessKeyId: credential.accessKeyId, secretAccessKey: secret },
    });
    try {
      await client.send(new ListObjectsV2Command({ Bucket: 'demo', MaxKeys: 1 }));
      return true;
    } catch {
      return false;
    } finally {
      client.destroy();
    }
  }
}

describe('a process that is killed while it mints, rotates or regenerates', () => {
  it(`${KILLS} times, loses nothing that it acknowledged, leaves nothing half done that is not told, and no place outside with a dead token`, {
    timeout: 3_600_000,
  }, async () => {
    const scene = await Scene.set();
    const random = new SeededRandom(seed);
    const found = new Map<string, number>();
    let acknowledgements = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const word = random.pick(asks);
      const moment = momentOf(random);
      const where = `round ${round}, ${word}, killed at ${JSON.stringify(moment)}`;
      const child = await scene.start();
      if (word !== 'settle') {
        child.ask('settle');
        expect(await child.next(), where).toEqual({ word: 'done', about: 'settle' });
        expect(await scene.placeProblems(), where).toEqual([]);
      }
      const name = `minted-${round}`;
      const isDone = await scene.killed(child, word === 'mint' ? `mint ${name}` : word, moment);
      if (isDone) acknowledgements += 1;
      const kept = ['rotated', 'regenerated', ...(isDone && word === 'mint' ? [name] : [])];
      expect(await scene.problems(new Set(kept), word), where).toEqual([]);
      found.set(word, (found.get(word) ?? 0) + 1);
    }
    const last = await scene.start();
    last.ask('settle');
    expect(await last.next()).toMatchObject({ word: 'done' });
    await last.end();
    expect(await scene.placeProblems()).toEqual([]);
    expect(await scene.problems(new Set(['rotated', 'regenerated']))).toEqual([]);
    expect(await scene.counts()).toEqual([2, 2]);
    console.log(
      `killed ${JSON.stringify(Object.fromEntries(found))}; ${acknowledgements} were acknowledged before`,
    );
  });
});
