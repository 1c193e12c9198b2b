import type { ActivityEntry } from '../../src/shared/contract/activity.ts';
import type { Status, VaultState } from '../../src/shared/contract/app.ts';
import type { CallName, EventName } from '../../src/shared/contract/channels.ts';
import type { Connection, LocalCredential } from '../../src/shared/contract/connections.ts';
import type { CallInput, CallOutput, EventPayload, VaultBridge } from '../../src/shared/contract/contract.ts';
import type { Credential, Verification } from '../../src/shared/contract/credentials.ts';
import type { DueItem } from '../../src/shared/contract/due.ts';
import type { Target, TargetChange, TargetPlace, ValueNames } from '../../src/shared/contract/rollout.ts';
import type { Intent, Rotation } from '../../src/shared/contract/rotation.ts';
import type { Workspace } from '../../src/shared/contract/workspaces.ts';
import type { ErrorCode } from '../../src/shared/errorCodes.ts';

export interface Scenario {
  readonly vault: VaultState;
  readonly keychain: string | null;
  /** The file is an earlier copy of itself. */
  readonly isOlder?: boolean;
  /** The ways to open the vault; null: the keychain where there is one, else a passphrase. */
  readonly slots: readonly string[] | null;
  readonly clipboard: 'main' | 'page';
  /** `full`: a workspace with credentials, connections and activity; `empty`: a workspace with nothing in it. */
  readonly contents: 'none' | 'empty' | 'full';
  /** What is different about the first workspace. */
  readonly workspace?: Partial<Workspace>;
  /** What comes of regenerating a key, besides a new secret. */
  readonly regenerating?: 'busy' | 'unsealed';
  /** Answers of the service that never came to be kept. */
  readonly intents?: readonly Pick<Intent, 'what' | 'kind' | 'name' | 'because' | 'try'>[];
  /** Places outside the vault, with the name of their credential. */
  readonly targets?: readonly {
    readonly credential: string;
    readonly place: TargetPlace;
    readonly state?: Target['state'];
  }[];
  /** Calls that fail, with the code they fail with. */
  readonly failing: Partial<Record<CallName, ErrorCode>>;
}

/** What a test may do to the fake from inside the page. */
export interface FakeVault {
  readonly calls: readonly { readonly name: CallName; readonly input: unknown }[];
  readonly clipboard: readonly string[];
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  passRequest(change: Partial<ActivityEntry>): void;
  failNext(name: CallName, code: ErrorCode): void;
}

/** The value that the fake reveals: tests look for it where it must not be. */
export const CANARY_TOKEN = 'nfyio_at_CANARY7f3Kq9vXw2LmZp4RtYb8';
export const PASSPHRASE = 'correct horse battery';

declare global {
  interface Window {
    fakeVault: FakeVault;
  }
}

/**
 * A vault that is visibly fake and lives in the page. Playwright sends this function as text, so it may use nothing
 * that is not inside it.
 */
export const installFakeBridge = ([scenario, canary, passphrase]: [Scenario, string, string]): void => {
  const DAY_MS = 86_400_000;
  const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString();
  const failing: Partial<Record<CallName, ErrorCode>> = { ...scenario.failing };
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const calls: { name: CallName; input: unknown }[] = [];
  const clipboard: string[] = [];
  const reveals = new Set<string>();
  let vault: VaultState = scenario.vault;
  let ids = 0;
  const newId = (): string => `id-${++ids}`;

  const capabilities = (): Workspace['capabilities'] => ({
    checkedAt: at(-3_600_000),
    token: 'good',
    may: {
      listTokens: 'allowed',
      createToken: 'allowed',
      listKeys: 'allowed',
      createKey: 'unknown',
      regenerateKey: 'unknown',
      listBuckets: 'allowed',
      createBucket: 'allowed',
    },
  });
  const workspaceOf = (id: string, name: string, isSandbox: boolean): Workspace => ({
    id,
    name,
    apiUrl: isSandbox ? 'http://127.0.0.1:7473' : 'https://app.nfyio.com',
    s3Url: isSandbox ? 'http://127.0.0.1:7474' : 'https://s3.nfyio.com',
    hasControlToken: true,
    isSandbox,
    createdAt: at(-90 * DAY_MS),
    accent: isSandbox ? 'teal' : 'indigo',
    uid: crypto.randomUUID(),
    capabilities: capabilities(),
    ...(isSandbox ? {} : scenario.workspace),
  });
  const token = (
    name: string,
    scope: 'read' | 'write',
    route: string | null,
    expiresAt: string | null,
  ): Credential => ({
    kind: 'token',
    id: newId(),
    uid: crypto.randomUUID(),
    workspaceId: 'ws-1',
    name,
    origin: 'minted',
    createdAt: at(-20 * DAY_MS),
    expiresAt,
    scope,
    route,
  });
  const key = (
    name: string,
    buckets: string[],
    permission: 'read' | 'read-write',
    expiresAt: string | null,
  ): Credential => ({
    kind: 'key',
    id: newId(),
    uid: null,
    workspaceId: 'ws-1',
    name,
    origin: 'imported',
    createdAt: at(-60 * DAY_MS),
    expiresAt,
    accessKeyId: 'AKIA5NFYIO3EXAMPLE7Q',
    buckets,
    permission,
  });

  let buckets = ['backups', 'events', 'exports', 'photos', 'thumbnails'];
  let workspaces: Workspace[] =
    scenario.contents === 'none'
      ? []
      : [workspaceOf('ws-1', 'acme-production', false), workspaceOf('ws-2', 'sandbox', true)];
  let credentials: Credential[] =
    scenario.contents === 'full'
      ? [
          token('ci-deploy', 'write', null, at(6.4 * DAY_MS)),
          token('support-chat', 'read', '/api/chat/*', at(41 * DAY_MS)),
          token('usage-report', 'read', '/api/usage', at(-2.3 * DAY_MS)),
          key('photo-uploads', ['photos', 'thumbnails'], 'read-write', null),
          key('nightly-backup', ['backups'], 'read-write', at(11.2 * DAY_MS)),
          key('analytics-reader', ['events', 'exports', 'raw', 'curated'], 'read', at(73 * DAY_MS)),
        ]
      : [];
  const idOf = (name: string): string => credentials.find((one) => one.name === name)?.id ?? '';
  const connectionOf = (change: Partial<Connection> & Pick<Connection, 'kind' | 'name'>): Connection => ({
    id: newId(),
    workspaceId: 'ws-1',
    endpoint: change.kind === 's3' ? 'http://127.0.0.1:7471' : 'http://127.0.0.1:7470',
    credentialIds: [],
    readOnly: false,
    buckets: null,
    prefix: null,
    route: null,
    methods: null,
    openPort: null,
    accessKeyId: change.kind === 's3' ? 'NFYLOCALQ7H2M4K9XD3P' : null,
    createdAt: at(-3 * DAY_MS),
    expiresAt: null,
    lastUsedAt: null,
    ...change,
  });
  let connections: Connection[] =
    scenario.contents === 'full'
      ? [
          connectionOf({
            kind: 's3',
            name: 'aws-cli',
            credentialIds: [idOf('photo-uploads')],
            lastUsedAt: at(-4000),
          }),
          connectionOf({
            kind: 's3',
            name: 'rclone backup',
            credentialIds: [idOf('nightly-backup')],
            buckets: ['backups'],
            prefix: 'nightly/',
            expiresAt: at(7 * 3_600_000),
          }),
          connectionOf({
            kind: 'api',
            name: 'ci',
            credentialIds: [idOf('ci-deploy')],
            route: '/api/projects/*',
            readOnly: true,
            lastUsedAt: at(-60_000),
          }),
          connectionOf({
            kind: 's3',
            name: 'legacy-exporter',
            credentialIds: [idOf('analytics-reader')],
            readOnly: true,
            buckets: ['exports'],
            openPort: 7480,
            endpoint: 'http://127.0.0.1:7480',
            accessKeyId: null,
          }),
        ]
      : [];

  const requests: readonly Partial<ActivityEntry>[] = [
    { method: 'GET', path: '/photos/2026/11/launch.jpg', status: 200, bytesOut: 2_481_152, ms: 48 },
    { method: 'PUT', path: '/photos/2026/11/team offsite.heic', status: 200, bytesIn: 5_242_880, ms: 312 },
    { method: 'GET', path: '/photos', status: 200, bytesOut: 18_204, ms: 9.4 },
    {
      method: 'POST',
      path: '/api/projects/8c1f/deploy',
      status: 403,
      refusal: 'READ_ONLY',
      kind: 'api',
      ms: 0.6,
    },
    { method: 'GET', path: '/api/projects/8c1f', status: 200, kind: 'api', bytesOut: 1320, ms: 74 },
    { method: 'HEAD', path: '/thumbnails/launch@2x.webp', status: 404, ms: 7.1 },
    { method: 'DELETE', path: '/invoices/2025.pdf', status: 403, refusal: 'BUCKET_FORBIDDEN', ms: 0.4 },
  ];
  const entryOf = (change: Partial<ActivityEntry>, index: number): ActivityEntry => {
    const kind = change.kind ?? 's3';
    const connection = connections.find(({ name }) => name === (kind === 's3' ? 'aws-cli' : 'ci'));
    return {
      id: newId(),
      at: at(-index * 3300),
      connection: connection?.name ?? null,
      connectionId: connection?.id ?? null,
      credential: kind === 's3' ? 'photo-uploads' : 'ci-deploy',
      kind,
      method: 'GET',
      path: '/',
      status: 200,
      refusal: null,
      ms: 12,
      bytesIn: 0,
      bytesOut: 240,
      client:
        kind === 's3' ? { pid: 48_213, exe: '/usr/local/bin/aws' } : { pid: 48_377, exe: '/usr/bin/curl' },
      ...change,
    };
  };
  let activity: ActivityEntry[] =
    scenario.contents === 'full'
      ? Array.from({ length: 400 }, (_, index) => entryOf(requests[index % requests.length] ?? {}, index))
      : [];

  const emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>): void => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  };
  const changed = (...topics: EventPayload<'data.changed'>['topics']): void =>
    emit('data.changed', { topics });
  const setVault = (state: VaultState): { state: VaultState } => {
    vault = state;
    emit('vault.changed', { state });
    return { state };
  };
  const fail = (code: ErrorCode, message: string, hint: string): never => {
    throw { code, message, hint };
  };
  const seen = (unverified: boolean | undefined, notes: string[]): Verification => ({
    state: unverified === true ? 'unverified' : 'verified',
    at: at(0),
    notes: unverified === true ? ['It was stored without asking the service.'] : notes,
    buckets: null,
  });
  const created = (credential: Credential): { credential: Credential; revealId: string; unsealed: null } => {
    credentials = [credential, ...credentials];
    const revealId = newId();
    reveals.add(revealId);
    changed('credentials', 'status');
    return { credential, revealId, unsealed: null };
  };
  const found = (reference: string): Connection =>
    connections.find(({ id, name }) => id === reference || name === reference) ??
    fail('CONNECTION_UNKNOWN', 'There is no connection of that id or name.', 'Choose another one.');
  const localOf = (connection: Connection): LocalCredential => {
    const { endpoint, kind, openPort } = connection;
    if (openPort !== null) return { kind: 'open', endpoint };
    const local = 'nfyio_lt_Wb3kT9xQm2Vd7LpR5nYc8HsJ4gFz6AeU';
    if (kind === 'api') return { kind, endpoint, token: local, baseUrl: `${endpoint}/~${local}` };
    return {
      kind,
      endpoint,
      accessKeyId: connection.accessKeyId ?? '',
      secretAccessKey: 'q7Zt4mVb9LxN2rKd8WfH3sYc6PgJ5eTa1UoQiBnM',
      region: 'us-east-1',
    };
  };
  const answers = new Map<string, Pick<DueItem, 'snoozedUntil' | 'isIgnored'>>();
  /** What has expired or does so within 14 days, and one key that may do more than it is used for. */
  const dueItems = (): DueItem[] =>
    credentials
      .map(({ id, uid, workspaceId, kind, name, expiresAt }): DueItem => {
        const daysLeft =
          expiresAt === null ? null : Math.floor((Date.parse(expiresAt) - Date.now()) / DAY_MS);
        return {
          ...{ id, uid, workspaceId, kind, name, expiresAt, daysLeft },
          reasons: [
            ...(daysLeft !== null && daysLeft < 14 ? ['expiry' as const] : []),
            ...(name === 'photo-uploads' ? ['wide' as const] : []),
          ],
          ...(answers.get(id) ?? { snoozedUntil: null, isIgnored: false }),
        };
      })
      .filter(({ reasons }) => reasons.length > 0)
      .sort((one, other) => (one.daysLeft ?? 999) - (other.daysLeft ?? 999));
  const status = (): Status => ({
    running: true,
    pid: 4821,
    vault,
    locked: vault !== 'unlocked',
    api: 'http://127.0.0.1:7470',
    s3: 'http://127.0.0.1:7471',
    sandbox: null,
    workspaces: workspaces.length,
    connections: connections.length,
    due: credentials
      .filter(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) < Date.now() + 14 * DAY_MS)
      .map(({ uid, kind, name, expiresAt }) => ({
        uid,
        kind,
        name,
        expiresAt: expiresAt ?? '',
        daysLeft: Math.floor((Date.parse(expiresAt ?? '') - Date.now()) / DAY_MS),
      })),
    attention: dueItems().filter(({ snoozedUntil, isIgnored }) => snoozedUntil === null && !isIgnored).length,
    notices: [],
  });

  let slots = [...(scenario.slots ?? [scenario.keychain ?? 'passphrase'])];
  let lock: CallOutput<'lock.settings'>['settings'] = { idleMinutes: 5, connectionsKeepOpen: false };
  let backups: CallOutput<'vault.backups'>['backups'] = [1, 2, 3].map((age) => ({
    name: `vault.nfyv.${age}`,
    savedAt: at(-age * DAY_MS),
    generation: 40 - age,
  }));
  let reminding: CallOutput<'reminder.settings'>['settings'] = {
    stepsDays: [14, 7, 3, 1, 0],
    showNames: false,
  };
  const recoveryReveals = new Set<string>();
  let rotations: Rotation[] = [];
  let intents: Intent[] = (scenario.intents ?? []).map((intent) => ({
    ...{ id: newId(), workspaceId: 'ws-1', startedAt: at(-3_600_000), credentialId: null },
    ...intent,
  }));
  let targets: Target[] = [];
  const titleOf = (place: TargetPlace): string => {
    switch (place.kind) {
      case 'awsProfile':
        return `profile “${place.profile}” of ${place.path}`;
      case 'dotenv':
        return `.env file ${place.path}`;
      case 'command':
        return `command ${place.command[0]}`;
      case 'vaultKv':
        return `HashiCorp Vault ${place.mount}/${place.path}`;
      case 'awsSecretsManager':
        return `AWS Secrets Manager ${place.secretId}`;
      case 'gcpSecretManager':
        return `Google Secret Manager ${place.secret}`;
      case 'githubActions':
        return `GitHub Actions ${place.owner}/${place.repository}`;
    }
  };
  const targetOf = (
    owner: Pick<Credential, 'id' | 'kind'>,
    place: TargetPlace,
    names: ValueNames,
    hasAccess: boolean,
  ): Target => ({
    ...{ id: newId(), credentialId: owner.id, credentialKind: owner.kind, place, names, hasAccess },
    title: titleOf(place),
    state: { kind: 'pending' },
  });
  for (const { credential: name, place, state } of scenario.targets ?? []) {
    const owner = credentials.find((one) => one.name === name);
    if (owner !== undefined)
      targets.push({
        ...targetOf(owner, place, { token: 'NFYIO_TOKEN' }, false),
        ...(state === undefined ? {} : { state }),
      });
  }
  const targetBy = (id: string): Target =>
    targets.find((one) => one.id === id) ??
    fail('TARGET_UNKNOWN', 'There is no roll-out target of that id.', 'Choose another one.');
  const setState = (id: string, state: Target['state']): Target => {
    targets = targets.map((one) => (one.id === id ? { ...one, state } : one));
    changed('targets', 'rotations');
    return targetBy(id);
  };
  /** The first value is new there, the second would be replaced; of what was written nothing changes. */
  const changesOf = ({ names, state, place }: Target): TargetChange[] =>
    Object.values(names).map((name, index) => {
      if (place.kind === 'githubActions') return { name, change: 'unreadable' };
      return { name, change: state.kind === 'current' ? 'same' : index === 0 ? 'add' : 'replace' };
    });
  /** They learn another secret from now on. */
  const moveTargets = (from: string, to: string): void => {
    targets = targets.map((one) =>
      one.credentialId === from ? { ...one, credentialId: to, state: { kind: 'pending' } } : one,
    );
  };
  const pendingOf = (id: string): number =>
    targets.filter(({ credentialId, state }) => credentialId === id && state.kind !== 'current').length;
  const rotationOf = (id: string): Rotation =>
    rotations.find((one) => one.id === id) ??
    fail('ROTATION_UNKNOWN', 'There is no such rotation.', 'Choose another one.');
  const changedRotations = (): void =>
    emit('data.changed', { topics: ['rotations', 'credentials', 'connections', 'targets', 'status'] });
  const prove = (proof: CallInput<'vault.addKeychain'>['proof']): void => {
    if (slots.includes('passphrase') && proof.passphrase !== passphrase)
      fail(
        'WRONG_PASSPHRASE',
        'The passphrase does not open this vault.',
        'Try again; mind capital letters.',
      );
  };

  type Fakes = { readonly [Name in CallName]: (input: CallInput<Name>) => CallOutput<Name> };
  const fakes: Fakes = {
    'app.info': () => ({
      version: '0.1.0',
      host: 'browser',
      home: '/home/ada/.nfyio',
      keychain: scenario.keychain,
      clipboard: scenario.clipboard,
    }),
    'app.status': status,
    'app.doctor': () => ({ checks: [] }),
    'app.stop': () => ({ done: true }),
    'sandbox.start': () => {
      const workspace = workspaceOf('ws-2', 'sandbox', true);
      workspaces = [...workspaces.filter(({ id }) => id !== 'ws-2'), workspace];
      changed('workspaces', 'status');
      return {
        sandbox: { api: workspace.apiUrl ?? '', s3: workspace.s3Url ?? '', workspace: 'sandbox' },
        workspace,
      };
    },
    'clipboard.copy': ({ text }) => {
      clipboard.push(text);
      return { clearAfterMs: 30_000 };
    },
    'vault.create': () => setVault('unlocked'),
    'vault.unlock': (input) => {
      if (input.passphrase !== undefined && input.passphrase !== passphrase)
        return fail(
          'WRONG_PASSPHRASE',
          'The passphrase does not open this vault.',
          'Try again; mind capital letters.',
        );
      if (scenario.isOlder && !input.acceptsOlder)
        return fail(
          'VAULT_OLDER',
          'The vault file is older than the one last saved on this machine. It is generation 12, the last one was 15.',
          'If that was you, accept it.',
        );
      return setVault('unlocked');
    },
    'vault.lock': () => setVault('locked'),
    'vault.slots': () => ({ slots }),
    'vault.setPassphrase': ({ proof, isLeaked }) => {
      prove(proof);
      slots = isLeaked ? ['passphrase'] : [...slots.filter((kind) => kind !== 'passphrase'), 'passphrase'];
      changed('status');
      return { done: true };
    },
    'vault.addKeychain': ({ proof }) => {
      prove(proof);
      slots = [...slots, 'os-keychain'];
      changed('status');
      return { done: true };
    },
    'vault.makeRecoveryKey': ({ proof }) => {
      prove(proof);
      slots = [...slots.filter((kind) => kind !== 'recovery-key'), 'recovery-key'];
      changed('status');
      const revealId = newId();
      recoveryReveals.add(revealId);
      return { revealId };
    },
    'vault.removeSlot': ({ proof, kind }) => {
      prove(proof);
      slots = slots.filter((one) => one !== kind);
      changed('status');
      return { done: true };
    },
    'vault.backups': () => ({ backups }),
    'vault.previewBackup': () => ({
      preview: {
        missing: [{ kind: 'credential', name: 'old-uploads' }],
        newer: [{ kind: 'connection', name: 'ci' }],
        changed: [{ kind: 'workspace', name: 'Production' }],
      },
    }),
    'vault.restoreBackup': ({ proof }) => {
      prove(proof);
      return { done: true };
    },
    'vault.forgetBackups': ({ proof }) => {
      prove(proof);
      backups = [];
      changed('status');
      return { done: true };
    },
    'lock.settings': () => ({ settings: lock }),
    'lock.configure': (settings) => {
      lock = settings;
      return { settings };
    },
    'lock.used': () => ({ done: true }),
    'workspace.list': () => ({ workspaces }),
    'workspace.add': ({ name }) => {
      const workspace = workspaceOf(newId(), name, false);
      workspaces = [...workspaces, workspace];
      changed('workspaces', 'status');
      return { workspace };
    },
    'workspace.setControlToken': ({ workspace }) => {
      const known = workspaces.find(({ id }) => id === workspace);
      if (known === undefined) return fail('WORKSPACE_UNKNOWN', 'There is no such workspace.', '');
      const capable = { ...known, hasControlToken: true, capabilities: capabilities() };
      workspaces = workspaces.map((one) => (one === known ? capable : one));
      changed('workspaces');
      return { workspace: capable };
    },
    'workspace.check': ({ workspace }) => {
      const known = workspaces.find(({ id }) => id === workspace);
      return known === undefined
        ? fail('WORKSPACE_UNKNOWN', 'There is no such workspace.', '')
        : { workspace: known };
    },
    'workspace.remove': ({ workspace }) => {
      workspaces = workspaces.filter(({ id }) => id !== workspace);
      changed('workspaces', 'credentials', 'connections', 'status');
      return { done: true };
    },
    'credential.list': () => ({ credentials }),
    'credential.delete': ({ id }) => {
      credentials = credentials.filter((one) => one.id !== id);
      changed('credentials', 'status');
      return { done: true };
    },
    'token.create': ({ workspace, name, scope, expireDays, route }) =>
      created({ ...token(name, scope, route ?? null, at(expireDays * DAY_MS)), workspaceId: workspace }),
    'token.import': ({ workspace, name, scope, expiresAt, route, unverified }) => ({
      credential: created({
        ...token(name, scope, route ?? null, expiresAt ?? null),
        ...{ workspaceId: workspace, origin: 'imported', verification: seen(unverified, []) },
      }).credential,
    }),
    'key.create': ({ workspace, name, buckets, permission, expireDays }) =>
      created({
        ...key(name, buckets, permission, expireDays === undefined ? null : at(expireDays * DAY_MS)),
        workspaceId: workspace,
      }),
    'key.import': ({ workspace, name, buckets: wanted, permission, expiresAt, unverified }) => ({
      credential: created({
        ...key(name, wanted, permission, expiresAt ?? null),
        workspaceId: workspace,
        verification: seen(
          unverified,
          wanted
            .filter((one) => !buckets.includes(one))
            .map((one) => `The key does not see the bucket “${one}”.`),
        ),
      }).credential,
    }),
    'reveal.take': ({ revealId }) => {
      if (recoveryReveals.delete(revealId))
        return { kind: 'recovery-key', recoveryKey: '7Q4MZ-0KXWE-T2VBN-9RJHC-5DGYA-3SPF8-6M1QK-ZW0TE' };
      if (!reveals.delete(revealId))
        return fail('REVEAL_GONE', 'This secret has been shown already.', 'Create a new credential.');
      const newest = credentials[0];
      return newest?.kind === 'key'
        ? { kind: 'key', accessKeyId: newest.accessKeyId, secretAccessKey: canary }
        : { kind: 'token', token: canary };
    },
    'bucket.list': () => ({ buckets: buckets.map((name) => ({ name, createdAt: null })) }),
    'bucket.create': ({ name }) => {
      buckets = [...buckets, name];
      return { bucket: { name, createdAt: null } };
    },
    'bucket.delete': ({ name }) => {
      buckets = buckets.filter((one) => one !== name);
      return { done: true };
    },
    'rotation.start': ({ credential: id, drainMs = 600_000 }) => {
      const old = credentials.find((one) => one.id === id);
      if (old === undefined)
        return fail('CREDENTIAL_UNKNOWN', 'There is no such credential.', 'Choose another one.');
      const made: Credential = { ...old, id: newId(), uid: crypto.randomUUID(), createdAt: at(0) };
      const users = connections.filter(({ credentialIds }) => credentialIds.includes(old.id));
      credentials = [
        made,
        ...credentials.map((one) => (one === old ? { ...old, name: `${old.name} (being replaced)` } : one)),
      ];
      connections = connections.map((one) =>
        users.includes(one) ? { ...one, credentialIds: [made.id] } : one,
      );
      const rotation: Rotation = {
        ...{ id: newId(), workspaceId: old.workspaceId, kind: old.kind, name: old.name, step: 'draining' },
        ...{ retiringId: old.id, servingId: made.id, isUndone: false, drainMs },
        ...{ connections: users.map(({ name }) => name), startedAt: at(0), switchedAt: at(0) },
        ...{ deletesAt: at(drainMs), pendingTargets: 0, running: [], problem: null },
      };
      moveTargets(old.id, made.id);
      rotations = [...rotations, rotation];
      changedRotations();
      return { rotation, credential: made };
    },
    'rotation.list': () => ({
      rotations: rotations.map((one) => ({ ...one, pendingTargets: pendingOf(one.servingId) })),
    }),
    'rotation.undo': ({ rotation: id }) => {
      const { servingId, retiringId, ...rest } = rotationOf(id);
      const undone = { ...rest, id, servingId: retiringId, retiringId: servingId, isUndone: true };
      moveTargets(servingId, retiringId);
      rotations = rotations.map((one) => (one.id === id ? undone : one));
      changedRotations();
      return { rotation: undone };
    },
    'rotation.finish': ({ rotation: id }) => {
      const { retiringId, servingId } = rotationOf(id);
      if (pendingOf(servingId) > 0)
        fail('TARGETS_PENDING', 'Places have not learned the new secret yet.', 'Write or remove them.');
      rotations = rotations.filter((one) => one.id !== id);
      credentials = credentials.filter((one) => one.id !== retiringId);
      changedRotations();
      return { done: true };
    },
    'rotation.schedule': ({ credential: id, daysBefore }) => {
      const old = credentials.find((one) => one.id === id);
      if (old === undefined)
        return fail('CREDENTIAL_UNKNOWN', 'There is no such credential.', 'Choose another one.');
      const { rotateDaysBefore: _, ...rest } = old;
      const credential: Credential = daysBefore === null ? rest : { ...rest, rotateDaysBefore: daysBefore };
      credentials = credentials.map((one) => (one === old ? credential : one));
      changed('credentials');
      return { credential };
    },
    'key.regenerate': ({ credential: id, onLongRequests }) => {
      const credential = credentials.find((one) => one.id === id);
      if (credential === undefined)
        return fail('CREDENTIAL_UNKNOWN', 'There is no such credential.', 'Choose another one.');
      if (scenario.regenerating === 'busy' && onLongRequests !== 'goOn') {
        const long = { connection: 'rclone backup', method: 'PUT', bytesIn: 734_003_200, bytesOut: 0 };
        return { outcome: 'busy', running: [{ ...long, since: at(-120_000) }] };
      }
      if (scenario.regenerating !== 'unsealed')
        return { outcome: 'regenerated', credential, heldRequests: 12, longestDelayMs: 184 };
      const revealId = newId();
      reveals.add(revealId);
      const problem = { code: 'DISK_FULL', message: 'The disk is full.', hint: 'Make room.' } as const;
      return { outcome: 'unsealed', credential, revealId, problem };
    },
    'intent.list': () => ({ intents }),
    'intent.resolve': ({ id }) => {
      const intent = intents.find((one) => one.id === id);
      intents = intents.filter((one) => one !== intent);
      changedRotations();
      return { what: 'mint', deleted: [{ uid: 'lost', name: intent?.name ?? '', createdAt: null }] };
    },
    'intent.dismiss': ({ id }) => {
      intents = intents.filter((one) => one.id !== id);
      changedRotations();
      return { done: true };
    },
    'target.list': (input) => ({
      targets: targets.filter((one) => !('credential' in input) || one.credentialId === input.credential),
    }),
    'target.add': ({ credential: id, place, names, access }) => {
      const owner = credentials.find((one) => one.id === id);
      if (owner === undefined)
        return fail('CREDENTIAL_UNKNOWN', 'There is no such credential.', 'Choose another one.');
      const usual: ValueNames =
        owner.kind === 'token' ? { token: 'token' } : { accessKeyId: 'id', secretAccessKey: 'secret' };
      const target = targetOf(owner, place, names ?? usual, access !== undefined);
      targets = [...targets, target];
      changed('targets');
      return { target, changes: changesOf(target) };
    },
    'target.remove': ({ id }) => {
      targets = targets.filter((one) => one !== targetBy(id));
      changed('targets', 'rotations');
      return { done: true };
    },
    'target.preview': ({ id }) => ({ target: targetBy(id), changes: changesOf(targetBy(id)) }),
    'target.write': ({ id }) => {
      const isVerified = !['githubActions', 'command'].includes(targetBy(id).place.kind);
      return { target: setState(id, { kind: 'current', writtenAt: at(0), isVerified }) };
    },
    'connection.list': () => ({ connections }),
    'connection.create': (input) => {
      const connection = connectionOf({
        kind: input.kind,
        name: input.name,
        workspaceId: input.workspace,
        credentialIds: input.credentials ?? [],
        readOnly: input.readOnly ?? false,
        buckets: input.buckets ?? null,
        openPort: input.open === true ? (input.port ?? 0) : null,
      });
      connections = [connection, ...connections];
      changed('connections', 'status');
      return { connection, local: localOf(connection) };
    },
    'connection.revoke': ({ connection }) => {
      connections = connections.filter(({ id }) => id !== connection);
      changed('connections', 'status');
      return { done: true };
    },
    'connection.local': (input) => {
      const connection = found(input.connection);
      return { connection, local: localOf(connection) };
    },
    'connection.snippet': ({ connection, tool }) => {
      const { endpoint, accessKeyId } = found(connection);
      return {
        text:
          tool === 'aws'
            ? `export AWS_ENDPOINT_URL_S3=${endpoint}\nexport AWS_ACCESS_KEY_ID=${accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=q7Zt4mVb9LxN2rKd8WfH3sYc6PgJ5eTa1UoQiBnM\nexport AWS_REGION=us-east-1\n\naws s3 ls`
            : `# ${tool}\ncurl ${endpoint}/~nfyio_lt_Wb3kT9xQm2Vd7LpR5nYc8HsJ4gFz6AeU/api/auth/me`,
      };
    },
    'connection.presign': ({ connection, bucket, key, expiresSeconds, outside = false }) => ({
      url: `${outside ? 'https://s3.nfyio.com' : found(connection).endpoint}/${bucket}/${key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=${expiresSeconds}&X-Amz-Signature=5f4c2a`,
      expiresAt: at(expiresSeconds * 1000),
      isSecret: outside,
      shortenedBy: outside ? 'credential' : null,
    }),
    'export.sealed': ({ path, proof }) => {
      prove(proof);
      return { path, workspaces: 1, credentials: credentials.length, connections: connections.length };
    },
    'export.plain': ({ path, proof, confirm }) => {
      if (confirm !== 'write my secrets in clear')
        fail('PLAIN_EXPORT_UNCONFIRMED', 'The words differ.', 'Type them exactly.');
      prove(proof);
      return { path, workspaces: 1, credentials: credentials.length, connections: connections.length };
    },
    'import.preview': ({ path }) => ({
      importId: newId(),
      expiresAt: at(300_000),
      format: path.endsWith('.nfyv') ? 'export-sealed' : 'aws',
      candidates: (['new', 'same', 'conflict'] as const).map((status) => ({
        id: status,
        kind: 'key',
        name: `${status}-profile`,
        workspace: 'Production',
        accessKeyId: 'AKIA3FAKE5IMPORTED7',
        endpoint: status === 'new' ? 'https://s3.elsewhere.example' : null,
        isElsewhere: status === 'new',
        openPort: null,
        isSandboxElsewhere: false,
        status,
        conflict: status === 'conflict' ? 'name-taken' : null,
      })),
      skipped: [{ name: 'temporary', because: 'session-token' }],
      canReplaceSource: !path.endsWith('.nfyv'),
    }),
    'import.apply': ({ chosen }) => {
      changed('credentials', 'status');
      return {
        imported: chosen.map(({ id, name }) => ({
          candidateId: id,
          kind: 'key',
          id: newId(),
          name: name ?? `${id}-profile`,
          isNew: id !== 'same',
        })),
      };
    },
    'import.replaceSource': ({ how }) => ({
      path: '/home/ada/.aws/credentials',
      replaced: [
        {
          name: 'new-profile',
          connection:
            how === 'remove' ? null : { id: newId(), name: 'new-profile', endpoint: 'http://127.0.0.1:7471' },
        },
      ],
    }),
    'import.discard': () => ({ done: true }),
    'due.list': () => ({ due: dueItems() }),
    'due.snooze': ({ credential, until }) => {
      const days = { tomorrow: 1, '3d': 3, never: 0, now: 0 }[until];
      answers.set(credential, {
        snoozedUntil: days === 0 ? null : at(days * DAY_MS),
        isIgnored: until === 'never',
      });
      changed('status');
      return { done: true };
    },
    'due.calendar': ({ path }) => ({
      path,
      events: credentials.filter((one) => one.expiresAt !== null).length,
    }),
    'reminder.settings': () => ({ settings: reminding }),
    'reminder.configure': (settings) => {
      reminding = settings;
      return { settings };
    },
    'activity.list': () => ({ entries: activity }),
    'activity.explain': ({ id }) => {
      const entry = activity.find((one) => one.id === id);
      return {
        id,
        code: entry?.refusal ?? null,
        because:
          entry?.refusal === 'READ_ONLY'
            ? 'The connection “ci” is read-only, and POST changes something.'
            : 'The bucket “invoices” is not among those this connection or its keys may reach.',
        try:
          entry?.refusal === 'READ_ONLY'
            ? 'Give tools that write a connection that is not read-only.'
            : 'Bind a key for that bucket to the connection.',
      };
    },
  };

  const refuse = (id: string, code: ErrorCode): void => {
    const error = { code, message: 'The place refused it.', hint: 'Look at what opens it.' };
    setState(id, { kind: 'failed', error, retryAt: at(60_000) });
  };

  const bridge: VaultBridge = {
    call: async (name, input) => {
      calls.push({ name, input });
      const code = failing[name];
      if (code !== undefined) {
        delete failing[name];
        if (name === 'target.write') refuse((input as { id: string }).id, code);
        fail(
          code,
          'The service could not be reached. https://app.nfyio.com: connection refused.',
          'Check the network.',
        );
      }
      return fakes[name](input);
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: never) => void));
      return () => void set.delete(listener as (payload: never) => void);
    },
  };
  Object.assign(window, { vault: bridge });
  window.fakeVault = {
    calls,
    clipboard,
    emit,
    passRequest: (change) => {
      const entry = entryOf(change, 0);
      activity = [entry, ...activity];
      emit('activity.added', { entry });
    },
    failNext: (name, code) => {
      failing[name] = code;
    },
  };
};
