import { type Ready, TestHome } from '../test/helpers/servedVault.ts';
import type { LocalKey } from './localSignature.ts';
import type { Resources } from './resources.ts';

const realToken = 'nfyio_at_benchmark0123456789abcdefghijklmnop';
const realKey = {
  accessKeyId: 'AKIABENCHMARK0000001',
  secretAccessKey: 'benchmark/secret+0123456789abcdefghijklm',
};
export const upstreamToken = realToken;

/** Where tools reach one upstream through the vault, and with what. */
export interface Access {
  readonly apiPort: number;
  readonly s3Port: number;
  readonly localToken: string;
  readonly localKey: LocalKey;
}

/** The built host in its own process, as a person runs it. */
export class VaultUnderTest {
  readonly pid: number;
  readonly #home: TestHome;
  readonly #ready: Ready;

  private constructor(home: TestHome, ready: Ready) {
    this.#home = home;
    this.#ready = ready;
    this.pid = ready.pid;
  }

  static async start(resources: Resources, nodeFlags: readonly string[] = []): Promise<VaultUnderTest> {
    const home = new TestHome();
    resources.onEnd(() => home.remove());
    return new VaultUnderTest(home, await home.serve([], {}, nodeFlags));
  }

  /** Adds a workspace of that origin with an imported token and key, and a connection for each listener. */
  async connect(name: string, upstreamOrigin: string): Promise<Access> {
    const home = this.#home;
    const here = ['--workspace', name];
    await home.json([
      'workspace',
      'add',
      '--name',
      name,
      '--api-url',
      upstreamOrigin,
      '--s3-url',
      upstreamOrigin,
    ]);
    await home.json(['token', 'import', ...here, '--name', `${name}-token`, '--scope', 'write'], realToken);
    await home.json(
      ['key', 'import', ...here, '--name', `${name}-key`, '--bucket', '*', '--permission', 'read-write'],
      JSON.stringify(realKey),
    );
    const create = async (kind: 'api' | 's3') =>
      (await home.json(['connection', 'create', ...here, '--kind', kind, '--name', `${name}-${kind}`]))
        .connection;
    const { token } = await create('api');
    const { accessKeyId, secretAccessKey } = await create('s3');
    return {
      apiPort: Number(new URL(this.#ready.api).port),
      s3Port: Number(new URL(this.#ready.s3).port),
      localToken: token,
      localKey: { accessKeyId, secretAccessKey },
    };
  }
}
