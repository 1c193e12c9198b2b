import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Ready, runCommand, type TestHome, testPassphrase } from './servedVault.ts';

const curlOnce = async (args: readonly string[]): Promise<string> =>
  (await runCommand('/usr/bin/curl', ['-s', '-i', '--path-as-is', '--max-time', '10', ...args])).stdout;

interface Local {
  readonly id: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** All that a person does with secrets in one workspace, by the command line and with real tools. */
export class SecretJourney {
  /** What must be nowhere but in the sealed vault, by name. */
  readonly secrets: Record<string, string> = {
    passphrase: testPassphrase,
    'imported token': 'nfyio_at_CANARYimported0123456789abcdef',
    'imported secret': 'CANARYimportedSecretAccessKey+/0123456789',
    'secret of .env': 'CANARYdotenvSecretAccessKey+/0123456789ab',
    'secret of aws': 'CANARYawsSecretAccessKey+/0123456789abcde',
    'secret of rclone': 'CANARYrcloneSecretAccessKey+/0123456789ab',
    'secret of s3cfg': 'CANARYs3cfgSecretAccessKey+/0123456789abc',
    'another passphrase': 'a CANARY passphrase of four words',
  };
  /** The make-believe ones: shown to the person by design, worthless elsewhere, and sealed all the same. */
  readonly localSecrets: Record<string, string> = {};
  /** What tools got. */
  readonly replies: string[] = [];
  readonly #home: TestHome;
  readonly #workspace: readonly string[];
  #api: readonly Local[] = [];
  #s3: readonly Local[] = [];

  constructor(home: TestHome, workspace: string) {
    this.#home = home;
    this.#workspace = ['--workspace', workspace];
  }

  /** The files of the person that hold secrets in clear, because they chose it. */
  get filesInClear(): readonly string[] {
    return [this.#home.passphraseFile, ...['other-passphrase', 'clear.json'].map((name) => this.at(name))];
  }

  at(name: string): string {
    return join(this.#home.folder, name);
  }

  /** Minted and shown once: the only way for a test to know what it must not find. */
  async mint(suffix = ''): Promise<void> {
    const token = ['token', 'create', ...this.#workspace, '--name', `minted${suffix}`, '--reveal'];
    const minted = await this.#home.json([...token, '--scope', 'write', '--days', '9']);
    const key = ['key', 'create', ...this.#workspace, '--name', `made${suffix}`, '--reveal'];
    const made = await this.#home.json([...key, '--bucket', 'demo', '--permission', 'read-write']);
    this.secrets[`minted token${suffix}`] = minted.token;
    this.secrets[`made secret${suffix}`] = made.secretAccessKey;
  }

  async importByHand(): Promise<void> {
    const token = [
      'token',
      'import',
      ...this.#workspace,
      '--name',
      'pasted',
      '--scope',
      'read',
      '--unverified',
    ];
    await this.#home.json(token, this.secrets['imported token']);
    const key = [
      'key',
      'import',
      ...this.#workspace,
      '--name',
      'pasted key',
      '--bucket',
      'demo',
      '--unverified',
    ];
    const pair = { accessKeyId: 'AKIACANARY', secretAccessKey: this.secrets['imported secret'] };
    await this.#home.json([...key, '--permission', 'read'], JSON.stringify(pair));
  }

  async connect(): Promise<void> {
    const use = async (kind: string, credential: string): Promise<Local> => {
      const args = ['connection', 'create', ...this.#workspace, '--kind', kind, '--credential', credential];
      return (await this.#home.json([...args, '--name', `with ${credential}`])).connection;
    };
    this.#api = [await use('api', 'minted'), await use('api', 'pasted')];
    this.#s3 = [await use('s3', 'made'), await use('s3', 'pasted key')];
    for (const { id, token } of this.#api) this.localSecrets[`local token of ${id}`] = token;
    for (const { id, secretAccessKey } of this.#s3) this.localSecrets[`local key of ${id}`] = secretAccessKey;
  }

  /** Good credentials and refused ones, on both listeners, by bearer, by capability and by signature. */
  async sendThroughConnections({ api, s3 }: Pick<Ready, 'api' | 's3'>): Promise<void> {
    const ask = async (...args: readonly string[]): Promise<void> => {
      this.replies.push(await curlOnce(args));
    };
    const paths = ['auth/me', 'access-tokens', 'object-storage/access-keys', 'nothing', '%2e%2e/x'];
    for (const { baseUrl, token } of this.#api) {
      for (const path of paths) {
        await ask(`${api}${new URL(baseUrl).pathname}/api/${path}?page=1`);
        await ask('-H', `Authorization: Bearer ${token}`, `${api}/api/${path}`);
      }
      const body = ['--data', '{"name":"x"}', '-H', 'Expect: 100-continue'];
      await ask('-H', `Authorization: Bearer ${token}`, ...body, `${api}/api/nothing`);
    }
    for (const { accessKeyId, secretAccessKey } of this.#s3) {
      const signed = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${accessKeyId}:${secretAccessKey}`];
      const upload = [...signed, '--upload-file', '/etc/hostname'];
      await ask(...upload, `${s3}/demo/canary.txt`);
      await ask(...upload, '-H', 'Expect: 100-continue', `${s3}/demo/canary.txt`);
      for (const path of ['demo/canary.txt', 'demo/none', '']) await ask(...signed, `${s3}/${path}`);
      await ask(`${s3}/demo/canary.txt`);
    }
  }

  /** For here, and for the service itself: the second one is signed with the real key, and does not hold it. */
  async presign(): Promise<void> {
    const object = ['--method', 'GET', '--bucket', 'demo', '--key', 'canary.txt', '--expires', '60'];
    const { url } = await this.#home.json(['connection', 'presign', 'with made', ...object]);
    const outside = await this.#home.json(['connection', 'presign', 'with made', ...object, '--outside']);
    this.replies.push(await curlOnce([url]), outside.url);
  }

  /** Of every kind of file; what was read is replaced by local credentials, or taken out. */
  async importFiles(): Promise<void> {
    const pair = (id: string, name: string, equals = ' = '): string =>
      `access_key${id}${equals}AKIA${name.toUpperCase()}\nsecret_key${equals}${this.secrets[`secret of ${name}`]}\n`;
    const files: Readonly<Record<string, string>> = {
      '.env': `AWS_ACCESS_KEY_ID=AKIADOTENV\nAWS_SECRET_ACCESS_KEY=${this.secrets['secret of .env']}\n`,
      credentials: `[work]\naws_access_key_id = AKIAAWS\naws_secret_access_key = ${this.secrets['secret of aws']}\n`,
      'rclone.conf': `[remote]\ntype = s3\naccess_key_id = AKIARCLONE\nsecret_access_key = ${this.secrets['secret of rclone']}\n`,
      '.s3cfg': `[default]\n${pair('', 's3cfg')}`,
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(this.at(name), text, { mode: 0o600 });
      await this.#home.json(['import', this.at(name), ...this.#workspace, '--preview']);
      const how = name === '.env' ? '--remove-source' : '--replace';
      await this.#home.json(['import', this.at(name), ...this.#workspace, how]);
    }
    for (const name of Object.keys(files)) this.replies.push(readFileSync(this.at(name), 'latin1'));
  }

  /** A sealed export, one in clear to a file of the person, and both read again. */
  async exportAll(suffix = ''): Promise<void> {
    const clear = ['--plain', '--confirm', 'write my secrets in clear'];
    await this.#home.json(['export', this.at(`sealed${suffix}.nfyv`)]);
    await this.#home.json(['export', this.at(`clear${suffix}.json`), ...clear]);
    await this.#home.json(['import', this.at(`sealed${suffix}.nfyv`), '--preview']);
    await this.#home.json(['import', this.at(`clear${suffix}.json`), '--preview']);
  }

  /** A recovery key, another passphrase and back, and an earlier state and back. */
  async changeHowItOpens(): Promise<void> {
    const home = this.#home;
    this.secrets['recovery key'] = (await home.json(['vault', 'recovery-key'])).recoveryKey;
    await home.json(['lock']);
    await home.json(['unlock', '--recovery-key'], this.secrets['recovery key']);
    const other = this.at('other-passphrase');
    writeFileSync(other, `${this.secrets['another passphrase']}\n`, { mode: 0o600 });
    await home.json(['vault', 'set-passphrase', '--new-passphrase-file', other]);
    await home.json([
      ...['vault', 'set-passphrase', '--passphrase-file', other],
      ...['--new-passphrase-file', home.passphraseFile],
    ]);
    await home.json(['vault', 'status']);
    const [{ name }] = (await home.json(['vault', 'backups'])).backups;
    await home.json(['vault', 'restore', name, '--preview']);
    await home.json(['vault', 'restore', name]);
    await home.json(['vault', 'restore', 'vault.nfyv.1']);
  }

  /** One in the middle of an upload, one between two requests. @returns the name of the local secret that both have */
  async leaveToolsConnected({ api }: Pick<Ready, 'api'>): Promise<string> {
    const [tool] = this.#api;
    const { host, hostname, port } = new URL(api);
    const send = (request: readonly string[], body = '') => {
      const head = [...request, `Host: ${host}`, `Authorization: Bearer ${tool?.token}`, '', body];
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).write(head.join('\r\n'));
      return socket;
    };
    const idle = send(['GET /api/auth/me HTTP/1.1']);
    await new Promise((answered) => idle.once('data', answered));
    const chunked = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    send(['POST /api/access-tokens HTTP/1.1', ...chunked], '6\r\n{"name\r\n');
    return `local token of ${tool?.id}`;
  }
}
