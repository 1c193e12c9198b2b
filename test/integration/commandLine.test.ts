import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ready, TestHome } from '../helpers/servedVault.ts';

/** The JSON that people script against: it may grow by new commands, and what is here may not change. */

type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** Keys in their order, with the type of each value; a list has the shapes of its elements, each once. */
const shapeOf = (value: unknown): Shape => {
  if (value === null) return 'null';
  if (Array.isArray(value))
    return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))].map(parse);
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
};
const parse = (text: string): Shape => JSON.parse(text);

const home = new TestHome();
let ready: Ready;
beforeAll(async () => {
  ready = await home.serve(['--sandbox', '--ui']);
});
afterAll(() => home.remove());

const token = { id: 'string', uid: 'string', kind: 'string', name: 'string', scope: 'string', route: 'null' };
const mintedToken = { ...token, expiresAt: 'string' };
const key = {
  ...{ id: 'string', uid: 'string', kind: 'string', name: 'string', accessKeyId: 'string' },
  ...{ buckets: ['string'], permission: 'string' },
};
const rotation = {
  ...{ id: 'string', kind: 'string', name: 'string', step: 'string', retiring: 'string', serving: 'string' },
  ...{ undone: 'boolean', connections: ['string'], switchedAt: 'string', deletesAt: 'string' },
  ...{ running: 'number', problem: 'null', pendingTargets: 'number' },
};
const verification = { state: 'string', notes: ['string'], buckets: 'null' };
const done = { done: 'boolean' };
const due = { uid: 'string', kind: 'string', name: 'string', expiresAt: 'string', daysLeft: 'number' };
const dueItem = {
  ...{ id: 'string', ...due, reasons: ['string'] },
  ...{ snoozedUntil: 'null', ignored: 'boolean' },
};
const target = {
  ...{ id: 'string', credential: 'string', kind: 'string', place: { kind: 'string', path: 'string' } },
  ...{ title: 'string', names: { token: 'string' }, access: 'boolean', state: 'string' },
  ...{ writtenAt: 'string', verified: 'boolean', problem: 'null', retryAt: 'null' },
};
const pendingTarget = { ...target, writtenAt: 'null', verified: 'null' };
const targetChange = { name: 'string', change: 'string' };
const reminderSettings = { stepsDays: ['number'], showNames: 'boolean' };
const status = { running: 'boolean', locked: 'boolean', api: 'string', s3: 'string' };
const counts = { workspaces: 'number', connections: 'number' };
const targetCounts = { current: 'number', pending: 'number', failed: 'number' };
const check = { name: 'string', level: 'string', detail: 'string', remedy: 'null' };
const workspace = { id: 'string', name: 'string', apiUrl: 'string', s3Url: 'string' };
const may = {
  ...{ listTokens: 'string', createToken: 'string', listKeys: 'string', createKey: 'string' },
  ...{ regenerateKey: 'string', listBuckets: 'string', createBucket: 'string' },
};
const listedWorkspace = {
  ...workspace,
  ...{ accent: 'string', controlToken: 'string', may, checkedAt: 'string' },
};
const bucket = { name: 'string', createdAt: 'string' };
const connection = { id: 'string', name: 'string', kind: 'string', endpoint: 'string' };
const pair = { accessKeyId: 'string', secretAccessKey: 'string', region: 'string' };
const listedConnection = {
  ...{ id: 'string', workspaceId: 'string', kind: 'string', name: 'string', endpoint: 'string' },
  ...{ credentialIds: ['string'], readOnly: 'boolean', buckets: 'null', prefix: 'null', route: 'null' },
  ...{ methods: 'null', openPort: 'null', accessKeyId: 'null', createdAt: 'string', expiresAt: 'null' },
  lastUsedAt: 'null',
};

const inSandbox = ['--workspace', 'sandbox'];
const importedKey = JSON.stringify({ accessKeyId: 'AKIAIMPORTED', secretAccessKey: 'imported' });

const exportFile = join(home.folder, 'export.nfyv');
const envFile = join(home.folder, '.env');
writeFileSync(envFile, 'NFYIO_ACCESS_TOKEN=nfyio_at_inEnv0123456789\nAWS_ACCESS_KEY_ID=AKIAINENV\n');
const appEnvFile = join(home.folder, 'app.env');
writeFileSync(appEnvFile, 'PORT=80\n');
const inFile = { kind: 'string', name: 'string', workspace: 'string' };
const candidate = {
  ...{ ...inFile, accessKeyId: 'null', endpoint: 'null', isElsewhere: 'boolean', openPort: 'null' },
  isSandboxElsewhere: 'boolean',
  ...{ status: 'string', conflict: 'null' },
};
const imported = { kind: 'string', id: 'string', name: 'string', isNew: 'boolean' };
const skipped = { name: 'string', because: 'string' };
const replaced = {
  name: 'string',
  connection: { id: 'string', name: 'string', endpoint: 'string' },
};

interface Row {
  readonly command: readonly string[];
  readonly stdin?: string;
  readonly prints: Shape;
}

/** In the order of a working day: later rows use what earlier ones made. */
const rows: readonly Row[] = [
  { command: ['status'], prints: { ...status, ...counts, due: [], targets: targetCounts } },
  { command: ['lock'], prints: { ...done, locked: 'boolean' } },
  { command: ['unlock'], prints: { ...done, locked: 'boolean' } },
  { command: ['doctor'], prints: { ok: 'boolean', checks: [check] } },

  {
    command: ['workspace', 'add', '--name', 'w', '--s3-url', 'http://127.0.0.1:9'],
    prints: { workspace: { ...workspace, apiUrl: 'null' } },
  },
  { command: ['workspace', 'remove', 'w'], prints: done },
  { command: ['workspace', 'list'], prints: { workspaces: [listedWorkspace] } },
  { command: ['workspace', 'check', 'sandbox'], prints: { workspace: listedWorkspace } },

  {
    command: ['token', 'create', ...inSandbox, '--name', 't', '--scope', 'write', '--days', '5'],
    prints: { credential: mintedToken },
  },
  {
    command: [
      ...['token', 'create', ...inSandbox, '--name', 'shown', '--scope', 'read', '--days', '365'],
      ...['--route', '/api/chat/*', '--reveal'],
    ],
    prints: { credential: { ...mintedToken, route: 'string' }, token: 'string' },
  },
  { command: ['token', 'delete', 'shown'], prints: done },
  {
    command: ['token', 'list'],
    prints: { credentials: [{ ...mintedToken, workspaceId: 'string', verification: 'null' }] },
  },
  {
    command: ['token', 'import', ...inSandbox, '--name', 'pasted', '--scope', 'read', '--unverified'],
    stdin: 'nfyio_at_imported0123456789\n',
    prints: { credential: { ...token, uid: 'null', expiresAt: 'null' }, verification },
  },

  {
    command: ['key', 'create', ...inSandbox, '--name', 'k', '--bucket', 'demo', '--permission', 'read-write'],
    prints: { credential: { ...key, expiresAt: 'null' } },
  },
  {
    command: [
      ...['key', 'create', ...inSandbox, '--name', 'shown', '--bucket', 'demo', '--permission', 'read'],
      ...['--days', '30', '--reveal'],
    ],
    prints: { credential: { ...key, expiresAt: 'string' }, secretAccessKey: 'string' },
  },
  { command: ['key', 'delete', 'shown'], prints: done },
  {
    command: ['key', 'list'],
    prints: { credentials: [{ ...key, expiresAt: 'null', workspaceId: 'string', verification: 'null' }] },
  },
  {
    command: [
      'key',
      'import',
      ...inSandbox,
      '--name',
      'pasted',
      '--bucket',
      '*',
      '--permission',
      'read',
      '--unverified',
    ],
    stdin: importedKey,
    prints: { credential: { ...key, uid: 'null', expiresAt: 'null' }, verification },
  },

  { command: ['bucket', 'list', ...inSandbox], prints: { buckets: [bucket] } },
  { command: ['bucket', 'create', ...inSandbox, 'photos'], prints: { bucket } },
  { command: ['bucket', 'delete', ...inSandbox, 'photos'], prints: done },

  {
    command: ['connection', 'create', ...inSandbox, '--kind', 's3', '--name', 's3', '--ttl', '8h'],
    prints: { connection: { ...connection, ...pair, expiresAt: 'string' } },
  },
  {
    command: [
      ...['connection', 'create', ...inSandbox, '--kind', 's3', '--name', 'open'],
      ...['--read-only', '--bucket', 'demo', '--prefix', 'a/', '--open', '--port', '0'],
    ],
    prints: {
      connection: {
        ...connection,
        ...{ accessKeyId: 'null', secretAccessKey: 'null', region: 'string', expiresAt: 'null' },
      },
    },
  },
  { command: ['connection', 'revoke', 'open'], prints: done },
  {
    command: ['connection', 'create', ...inSandbox, '--kind', 'api', '--name', 'api', '--credential', 't'],
    prints: { connection: { ...connection, token: 'string', baseUrl: 'string' } },
  },
  {
    command: ['connection', 'list'],
    prints: {
      connections: [{ ...listedConnection, accessKeyId: 'string', expiresAt: 'string' }, listedConnection],
    },
  },
  ...['aws', 'boto3', 'js', 'rclone', 's3cmd', 'curl', 'env'].map((tool) => ({
    command: ['connection', 'snippet', 's3', '--for', tool],
    prints: { text: 'string' },
  })),
  ...['--outside', null].map((outside) => ({
    command: [
      ...['connection', 'presign', 's3', '--method', 'GET', '--bucket', 'demo', '--key', 'a'],
      ...['--expires', '60', ...(outside === null ? [] : [outside])],
    ],
    prints: { url: 'string', expiresAt: 'string', isSecret: 'boolean', shortenedBy: 'null' },
  })),

  {
    command: ['env', '--connection', 's3'],
    prints: {
      ...{ AWS_ENDPOINT_URL_S3: 'string', AWS_ACCESS_KEY_ID: 'string', AWS_SECRET_ACCESS_KEY: 'string' },
      AWS_REGION: 'string',
    },
  },
  {
    command: ['env', '--connection', 'api', '--format', 'json'],
    prints: { NFYIO_API_URL: 'string', NFYIO_ACCESS_TOKEN: 'string' },
  },
  {
    command: ['credential-process', '--connection', 's3'],
    prints: {
      ...{ Version: 'number', AccessKeyId: 'string', SecretAccessKey: 'string', Expiration: 'string' },
    },
  },
  ...[
    ['export', exportFile],
    [
      ...['export', join(home.folder, 'export.json'), '--workspace', 'sandbox', '--plain'],
      ...['--confirm', 'write my secrets in clear'],
    ],
  ].map((command) => ({
    command,
    prints: {
      export: {
        ...{ path: 'string', encrypted: 'boolean' },
        ...{ workspaces: 'number', credentials: 'number', connections: 'number' },
      },
    },
  })),
  {
    command: ['import', exportFile, '--preview'],
    prints: {
      preview: {
        format: 'string',
        candidates: [candidate, { ...candidate, accessKeyId: 'string' }],
        skipped: [],
      },
    },
  },
  {
    command: ['import', exportFile, '--only', 't', 'k'],
    prints: { import: { format: 'string', imported: [imported], skipped: [], replaced: 'null' } },
  },
  {
    command: ['import', envFile, ...inSandbox, '--preview'],
    prints: { preview: { format: 'string', candidates: [candidate], skipped: [skipped] } },
  },
  {
    command: [
      ...['import', envFile, ...inSandbox, '--only', 'NFYIO_ACCESS_TOKEN'],
      ...['--rename', 'NFYIO_ACCESS_TOKEN=from-env', '--replace'],
    ],
    prints: {
      import: { format: 'string', imported: [imported], skipped: [skipped], replaced: [replaced] },
    },
  },
  {
    command: ['token', 'rotate', 't', '--drain', '30m'],
    prints: { credential: mintedToken, rotation },
  },
  {
    command: ['rotation', 'schedule', 't', '--days-before', '2'],
    prints: { credential: mintedToken, rotateDaysBefore: 'number' },
  },
  {
    command: ['rotation', 'schedule', 't', '--kind', 'token'],
    prints: { credential: mintedToken, rotateDaysBefore: 'null' },
  },
  { command: ['rotation', 'list'], prints: { rotations: [rotation] } },
  { command: ['rotation', 'undo', 't', '--kind', 'token'], prints: { rotation } },
  {
    command: ['key', 'regenerate', 'k'],
    prints: {
      credential: { ...key, expiresAt: 'null' },
      ...{ heldRequests: 'number', longestDelayMs: 'number' },
    },
  },
  {
    command: ['key', 'replace', 'k'],
    prints: { credential: { ...key, expiresAt: 'null' }, rotation: { ...rotation, connections: ['string'] } },
  },
  { command: ['rotation', 'finish', 'k', '--kind', 'key'], prints: done },
  {
    command: [
      'target',
      'add',
      '--credential',
      'pasted',
      '--kind',
      'token',
      '--dotenv',
      appEnvFile,
      '--no-write',
    ],
    prints: { target: pendingTarget, changes: [targetChange] },
  },
  {
    command: ['target', 'add', '--credential', 't', '--dotenv', appEnvFile, '--name-token', 'CI_TOKEN'],
    prints: { target, changes: [targetChange] },
  },
  { command: ['target', 'list', '--credential', 't'], prints: { targets: [target] } },
  { command: ['intent', 'list'], prints: { intents: [] } },
  { command: ['status'], prints: { ...status, ...counts, due: [due], targets: targetCounts } },
  { command: ['due'], prints: { due: [dueItem] } },
  { command: ['due', 'snooze', 't', '--until', 'tomorrow'], prints: done },
  { command: ['due', 'snooze', 't', '--until', 'now'], prints: done },
  { command: ['due', 'settings'], prints: { settings: reminderSettings } },
  {
    command: ['due', 'settings', '--steps', '7,1,0', '--names', 'show'],
    prints: { settings: reminderSettings },
  },
  {
    command: ['due', '--ics', join(home.folder, 'expiries.ics')],
    prints: { calendar: { path: 'string', events: 'number' } },
  },
  ...['bash', 'zsh', 'fish'].map((shell) => ({
    command: ['completion', shell],
    prints: { script: 'string' },
  })),
];

describe('the JSON of the command line', () => {
  it('is one line when serve is ready, with the addresses and the sandbox', () => {
    const sandbox = { api: 'string', s3: 'string', workspace: 'string' };
    expect(shapeOf(ready)).toEqual({
      ...{ ready: 'boolean', pid: 'number', api: 'string', s3: 'string', ui: 'string', sandbox },
    });
    expect(ready.sandbox?.workspace).toBe('sandbox');
  });

  it.each(rows)('is exactly as documented: $command', async ({ command, stdin, prints }) => {
    const { exitCode, stdout, stderr } = await home.run([...command, '--json'], stdin);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.endsWith('\n') && stdout.indexOf('\n') === stdout.length - 1).toBe(true);
    expect(JSON.stringify(shapeOf(JSON.parse(stdout)))).toBe(JSON.stringify(prints));
  });

  it('is one entry a line for activity, and a refusal of it can be explained', async () => {
    const { NFYIO_API_URL, NFYIO_ACCESS_TOKEN } = await home.json(['env', '--connection', 'api']);
    const headers = { authorization: `Bearer ${NFYIO_ACCESS_TOKEN}` };
    expect((await fetch(`${NFYIO_API_URL}/api/auth/me`, { headers })).status).toBe(200);
    expect((await fetch(`${NFYIO_API_URL}/api/auth/me`)).status).toBe(403);
    const { stdout } = await home.run(['activity', '--limit', '2', '--json']);
    const [passed, refused] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const sizes = { ms: 'number', bytesIn: 'number', bytesOut: 'number' };
    const request = { kind: 'string', method: 'string', path: 'string', status: 'number' };
    const { client: caller, ...entry } = passed;
    expect(JSON.stringify(shapeOf(entry))).toBe(
      JSON.stringify({
        ...{ id: 'string', at: 'string', connection: 'string', credential: 'string' },
        ...{ ...request, refusal: 'null', ...sizes },
      }),
    );
    expect(['null', JSON.stringify({ pid: 'number', exe: 'string' })]).toContain(
      caller === null ? 'null' : JSON.stringify(shapeOf(caller)),
    );
    expect(Object.keys(passed).at(-1)).toBe('client');
    expect(refused).toMatchObject({ connection: null, credential: null, refusal: 'AUTH_MISSING' });
    const explained = await home.json(['explain', refused.id]);
    expect(shapeOf(explained)).toEqual({ id: 'string', code: 'string', because: 'string', try: 'string' });
    expect([explained.id, explained.code]).toEqual([refused.id, 'AUTH_MISSING']);
  });

  it('is on stderr for a failure, with nothing on stdout', async () => {
    const { exitCode, stdout, stderr } = await home.run(['explain', 'nothing', '--json']);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(JSON.stringify(shapeOf(JSON.parse(stderr)))).toBe(
      JSON.stringify({ error: { code: 'string', message: 'string', hint: 'string' } }),
    );
  });
});

describe('a command of the person, run by exec', () => {
  const printed = ['-e', 'process.stdout.write(JSON.stringify(process.env))'];

  it('finds the local credential in its environment, and its exit code is passed on', async () => {
    const variables = await home.json(['env', '--connection', 's3']);
    const { stdout } = await home.run(['exec', '--connection', 's3', '--', process.execPath, ...printed]);
    expect(JSON.parse(stdout)).toMatchObject(variables);
    const failing = ['exec', '--connection', 's3', '--', process.execPath, '-e', 'process.exit(7)'];
    expect((await home.run(failing)).exitCode).toBe(7);
  });
});

describe('completion', () => {
  it.each([
    ['tok', 'token'],
    ['token cr', 'create'],
    ['token create --sc', '--scope'],
    ['token create --scope ', 'read write'],
    ['connection create --kind ', 's3 api'],
    ['rotation undo x --kind ', 'token key'],
    ['--home /elsewhere key im', 'import'],
    ['connection snippet x --for r', 'rclone'],
    ['completion z', 'zsh'],
    ['target add --vau', '--vault-kv'],
    ['target add --credential x --command -- to', ''],
    ['exec --connection x -- to', ''],
  ])('in bash, of `%s` is `%s`', async (typed, expected) => {
    const { stdout } = await home.run(['completion', 'bash']);
    const file = join(home.folder, 'completion.bash');
    writeFileSync(file, stdout);
    const words = ['nfyio-vault', ...typed.split(' ')];
    const ask = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nfyio_vault; echo "\${COMPREPLY[*]}"`;
    const answer = spawnSync('bash', ['-c', ask, file, ...words], { encoding: 'utf8' });
    expect([answer.stdout.trim(), answer.stderr]).toEqual([expected, '']);
  });
});

it('stop ends the host, and says so', async () => {
  expect(await home.json(['stop'])).toEqual({ done: true });
  expect((await home.run(['status', '--json'])).exitCode).toBe(4);
});
