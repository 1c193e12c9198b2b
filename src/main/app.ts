import { join } from 'node:path';
import type { AppInfo, Status } from '../shared/contract/app.ts';
import type { EventName, EventPayload } from '../shared/contract/contract.ts';
import type { Credential } from '../shared/contract/credentials.ts';
import type { Workspace } from '../shared/contract/workspaces.ts';
import { DAY_MS } from '../shared/expiry.ts';
import { ActivityLog } from './activity/activityLog.ts';
import { createBackend } from './backend/backend.ts';
import { probeKey } from './backend/keyProbe.ts';
import { Services } from './backend/services.ts';
import { readConnections } from './connections/connectionRecord.ts';
import { Connections } from './connections/connections.ts';
import { GrantIndex } from './connections/grantIndex.ts';
import { OpenPorts } from './connections/openPorts.ts';
import { Presigning } from './connections/presigning.ts';
import { AtService } from './credentials/atService.ts';
import { Buckets } from './credentials/buckets.ts';
import { Credentials, putCredential } from './credentials/credentials.ts';
import { dueCredentials } from './credentials/due.ts';
import { isFirstGoodUse } from './credentials/firstGoodUse.ts';
import { Intents } from './credentials/intents.ts';
import { Minting } from './credentials/minting.ts';
import { Reveals } from './credentials/reveals.ts';
import { Verifying } from './credentials/verifying.ts';
import { examine } from './doctor/doctor.ts';
import { writeLocalFile } from './files/localFile.ts';
import { activityHandlers } from './ipc/activityHandlers.ts';
import { appHandlers } from './ipc/appHandlers.ts';
import { connectionHandlers } from './ipc/connectionHandlers.ts';
import { credentialHandlers } from './ipc/credentialHandlers.ts';
import { dueHandlers } from './ipc/dueHandlers.ts';
import { rolloutHandlers } from './ipc/rolloutHandlers.ts';
import { rotationHandlers } from './ipc/rotationHandlers.ts';
import { createRouter, type Router } from './ipc/router.ts';
import { transferHandlers } from './ipc/transferHandlers.ts';
import { vaultHandlers } from './ipc/vaultHandlers.ts';
import { workspaceHandlers } from './ipc/workspaceHandlers.ts';
import { AppError } from './lib/appError.ts';
import { Emitter } from './lib/emitter.ts';
import { SerialQueue } from './lib/serialQueue.ts';
import { type TakenHome, takeHome } from './node/takenHome.ts';
import type { Ports } from './ports.ts';
import type { Grants } from './proxy/grants.ts';
import { maxConnectionsWithin } from './proxy/limits.ts';
import { judgePresign, presignedUrl } from './proxy/presign.ts';
import { createProxy } from './proxy/proxy.ts';
import { calendarOf } from './reminders/calendar.ts';
import { Notifying } from './reminders/notifying.ts';
import { ReminderPreferences } from './reminders/reminderPreferences.ts';
import { Reminders } from './reminders/reminders.ts';
import { UsageRecord } from './reminders/usage.ts';
import { placeWriterOf } from './rollout/placeWriters.ts';
import { Rollouts } from './rollout/rollouts.ts';
import { Targets } from './rollout/targets.ts';
import { AutomaticRotation } from './rotation/automaticRotation.ts';
import { Regenerating } from './rotation/regenerating.ts';
import { Rotations } from './rotation/rotations.ts';
import { Exporting } from './transfer/exporting.ts';
import { Importing } from './transfer/importing.ts';
import { ImportTray } from './transfer/importTray.ts';
import { SourceReplacing } from './transfer/sourceReplacing.ts';
import { Attempts } from './vault/attempts.ts';
import { AutoLock } from './vault/autoLock.ts';
import { Gate } from './vault/gate.ts';
import { KeySlots } from './vault/keySlots.ts';
import { LockPreferences } from './vault/lockPreferences.ts';
import type { VaultRecord } from './vault/openRecords.ts';
import { type Change, Vault } from './vault/vault.ts';
import { CapabilityChecks } from './workspaces/capabilities.ts';
import { endpointOrigin } from './workspaces/endpointUrl.ts';
import { Sandbox } from './workspaces/sandbox.ts';
import { Workspaces } from './workspaces/workspaces.ts';

export interface AppOptions {
  readonly home: string;
  readonly version: string;
  readonly host: 'desktop' | 'browser' | 'headless';
  /** 0 picks a free one. */
  readonly apiPort: number;
  readonly s3Port: number;
  readonly sandboxPorts: { readonly api: number; readonly s3: number };
  /** How many files this process may have open. */
  readonly openFiles: number;
  /** Someone asked for the end (`app.stop`): the host calls `stop()` and leaves. */
  onStopRequested(): void;
}

export interface App {
  readonly router: Router;
  /** Hears every event of the contract. @returns the function that stops listening */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void;
  /** Somebody uses the app itself: the idle time of the lock begins anew. */
  used(): void;
  /** Whether a link leads to where a workspace of the vault is, and to no page of it in particular. */
  isDashboard(url: string): boolean;
  /** Asks the windows to show what is due. */
  showDue(): void;
  /** Takes the home folder, finds the vault (absent or locked) and listens. Fails whole: nothing stays taken. */
  start(): Promise<void>;
  /** Lets running requests end for ten seconds, closes everything, locks the vault. Safe to call twice. */
  stop(): Promise<void>;
}

interface Remembered {
  readonly workspaces: readonly Workspace[];
  readonly credentials: readonly Credential[];
  readonly connections: number;
}

type AppEvents = { readonly event: { readonly name: EventName; readonly payload: unknown } };

const DRAIN_MS = 10_000;
/** What the start found is put right already: for a day it is news. */
const START_NOTICES_MS = DAY_MS;
/** So that the answer to `app.stop` has left before the transports close. */
const STOP_DELAY_MS = 50;

/** The composition root: every service is made once, here, by hand, and they meet nowhere else. */
export const createApp = (ports: Ports, options: AppOptions): App => {
  const { clock, logger } = ports;
  const origins: { api: string | null; s3: string | null } = { api: null, s3: null };
  const edits = new SerialQueue();
  const activity = new ActivityLog();
  const reveals = new Reveals(clock);
  const vault = new Vault({ folder: options.home, clock, logger, keyring: ports.keyring });

  const keySlots = new KeySlots({
    vault,
    keychain: ports.keychain,
    attempts: new Attempts(clock),
    offerRecoveryKey: (recoveryKey) => reveals.offerRecoveryKey(recoveryKey),
  });
  const lockPreferences = new LockPreferences(ports.preferences, options.host !== 'headless');
  const autoLock = new AutoLock({
    clock,
    settings: () => lockPreferences.read(),
    lock: () => vault.lock(),
  });

  const reportBug = (error: unknown): void =>
    logger.log('error', 'something that follows a change failed', {
      kind: error instanceof Error ? error.name : 'unknown',
    });
  /** Of what nobody waits for: a failure of the world is not their news. */
  const reportUnexpected = (error: unknown): void => {
    if (!(error instanceof AppError)) reportBug(error);
  };
  const events = new Emitter<AppEvents>(reportBug);
  const emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>): void =>
    events.emit('event', { name, payload });
  const tellChange = (): void =>
    emit('data.changed', {
      topics: ['status', 'workspaces', 'credentials', 'connections', 'rotations', 'targets'],
    });

  /** The vault as the use cases see it: what is committed takes effect before the caller goes on. */
  const records = {
    records: (kind: string) => vault.records(kind),
    secretOf: (id: string) => vault.secretOf(id),
    openedRecords: (isWanted: (record: VaultRecord) => boolean) => vault.openedRecords(isWanted),
    commit: async (changes: readonly Change[]): Promise<void> => {
      await vault.commit(changes);
      // The change is durable: whatever goes wrong from here on must not look as if it were not.
      await refresh().catch(reportBug);
      tellChange();
    },
  };

  const workspaces: Workspaces = new Workspaces({
    vault: records,
    clock,
    edits,
    probe: (apiUrl, token) => createBackend({ apiUrl, token, clock }).probe(),
    recordIdsOf: (workspaceId) => [
      ...credentials.list({ workspace: workspaceId }).map(({ id }) => id),
      ...connections.list({ workspace: workspaceId }).map(({ id }) => id),
      ...rotations.idsOf(workspaceId),
      ...intents.idsOf(workspaceId),
      ...targets.idsOf(workspaceId),
    ],
  });
  const findWorkspace = (reference: string) => workspaces.find(reference);
  const services = new Services({
    clock,
    control: (workspaceId) => workspaces.control(workspaceId),
    heard: (workspaceId, operation, heard) => capabilities.heard(workspaceId, operation, heard),
  });
  const serviceOf = (workspaceId: string) => services.of(workspaceId);
  const capabilities = new CapabilityChecks({
    clock,
    workspaces,
    probe: async (workspaceId) => serviceOf(workspaceId).probe(),
    onFailure: reportUnexpected,
  });

  const credentials: Credentials = new Credentials({
    vault: records,
    clock,
    edits,
    findWorkspace,
    verifying: new Verifying({
      clock,
      probeToken: (workspaceId, apiUrl, token) => services.probeToken(workspaceId, apiUrl, token),
      probeKey: (key) => probeKey(key, clock),
    }),
    learnUid: (workspaceId, uid) => workspaces.learn(workspaceId, { uid }),
    connections: {
      dependingOn: (id) => connections.dependingOn(id),
      unbind: (id) => [...connections.unbind(id), ...intents.forgetting(id), ...targets.removeOf(id)],
    },
    isRotating: (id) => rotations.isRotating(id) || regenerating.isRegenerating(id),
    deleteAtService: (credential) => minting.deleteAtService(credential),
  });
  const intents = new Intents({ vault: records, clock });
  const minting: Minting = new Minting({
    vault: records,
    clock,
    edits,
    credentials,
    intents,
    findWorkspace,
    serviceOf,
  });
  const atService = new AtService({ vault, credentials, intents, serviceOf });

  const usage = new UsageRecord(clock, ports.reminderStore);
  const index = new GrantIndex({
    vault,
    workspaces: () => workspaces.list(),
    credentials: () => credentials.list(),
  });
  const grants: Grants = {
    isUnlocked: () => vault.state() === 'unlocked',
    byAccessKeyId: (accessKeyId) => index.byAccessKeyId(accessKeyId),
    byToken: (token) => index.byToken(token),
    byConnectionId: (connectionId) => index.byConnectionId(connectionId),
    isRetiring: (credentialId) => rotations.isRetiring(credentialId),
    localSecretKey: (connectionId) => index.secretOf(connectionId),
    secretOf: ({ id }) => index.secretOf(id),
  };
  const proxy = createProxy({
    grants,
    clock,
    logger,
    limits: { maxConnections: maxConnectionsWithin(options.openFiles) },
    onRecord: (record) => {
      if (record.grant !== null) autoLock.connectionUsed();
      const isFirst = record.grant !== null && activity.lastUsedMs(record.grant.connectionId) === null;
      emit('activity.added', { entry: activity.add(record) });
      if (usage.note(record)) reminders.lookSoon();
      if (isFirstGoodUse(record)) credentials.worked(record.credential.id).catch(reportUnexpected);
      if (isFirst) emit('data.changed', { topics: ['connections'] });
    },
  });
  const openPorts = new OpenPorts(proxy);
  const connections: Connections = new Connections({
    vault: records,
    clock,
    edits,
    index,
    openPorts,
    findWorkspace,
    credentialsOf: (workspace) => servingCredentials().filter(({ workspaceId }) => workspaceId === workspace),
    order: (workspaceId, order) => minting.order(workspaceId, order),
    origin: (kind) => {
      const origin = origins[kind];
      if (origin === null) throw new AppError('STOPPING');
      return origin;
    },
    lastUsedMs: (connectionId) => activity.lastUsedMs(connectionId),
  });

  const rotations: Rotations = new Rotations({
    vault: { ...records, state: () => vault.state() },
    clock,
    edits,
    credentials: {
      list: () => credentials.list(),
      find: (reference, kind) => credentials.find(reference, kind),
      freeName: (workspaceId, kind, wanted) => credentials.freeName(workspaceId, kind, wanted),
      put: (credential) => putCredential(credential),
      remove: (id) => [{ op: 'delete', id }, ...intents.forgetting(id), ...targets.removeOf(id)],
    },
    connections: {
      rebind: (fromId, toId) => connections.rebind(fromId, toId),
      using: (credentialId) => connections.using(credentialId),
    },
    targets: {
      rebind: (fromId, toId) => targets.rebind(fromId, toId),
      factsOf: (credentialId) => targets.factsOf(credentialId),
    },
    service: {
      locate: (credential) => atService.locate(credential),
      cleanUpAfter: (credentialId) => atService.cleanUpAfter(credentialId),
      replacement: (credential) => minting.replacement(credential),
      delete: (credential) => minting.deleteAtService(credential),
    },
    isRegenerating: (credentialId) => regenerating.isRegenerating(credentialId),
    requestsWith: (credentialId) => proxy.requestsWith(credentialId),
    onBug: reportBug,
    onChange: () => emit('data.changed', { topics: ['rotations'] }),
  });
  const targets: Targets = new Targets({
    vault: records,
    edits,
    credentials: { find: (reference, kind) => credentials.find(reference, kind) },
    isRetiring: (credentialId) => rotations.isRetiring(credentialId),
    writerOf: placeWriterOf,
  });
  const rollouts = new Rollouts({
    vault,
    clock,
    targets,
    writerOf: placeWriterOf,
    onBug: reportBug,
    onChange: () => emit('data.changed', { topics: ['targets', 'rotations', 'status'] }),
  });
  const automaticRotation = new AutomaticRotation({
    vault: { ...records, state: () => vault.state() },
    clock,
    edits,
    credentials: {
      list: () => servingCredentials(),
      find: (reference, kind) => credentials.find(reference, kind),
      put: (credential) => putCredential(credential),
    },
    isRotating: (credentialId) =>
      rotations.isRotating(credentialId) || regenerating.isRegenerating(credentialId),
    rotate: (credentialId) => rotations.start(credentialId),
    notify: (notice) => notifying.tell(notice),
    onBug: reportBug,
  });
  const regenerating: Regenerating = new Regenerating({
    vault: records,
    clock,
    edits,
    credentials: {
      find: (reference, kind) => credentials.find(reference, kind),
      put: putCredential,
    },
    service: {
      locate: (key) => atService.locate(key),
      regenerate: (key) => atService.regenerate(key),
    },
    traffic: {
      running: (credentialId) => proxy.requestsWith(credentialId).running,
      idle: (credentialId, limitMs) => proxy.idle(credentialId, limitMs),
      hold: (credentialId) => proxy.hold(credentialId),
    },
    isRotating: (credentialId) => rotations.isRotating(credentialId),
    offer: (credential, secret) => reveals.offer(credential, secret),
  });
  /** Without those that give their place to another one: nobody needs to be reminded of them, nor use them. */
  const servingCredentials = (): readonly Credential[] =>
    credentials.list().filter(({ id }) => !rotations.isRetiring(id));

  const presigning = new Presigning({
    connections,
    clock,
    grantOf: (connectionId) => index.byConnectionId(connectionId),
    secretOf: (credentialId) => vault.secretOf(credentialId),
    judge: judgePresign,
    sign: presignedUrl,
  });

  const importTray = new ImportTray(clock);
  const exporting = new Exporting({
    vault,
    clock,
    home: options.home,
    findWorkspace,
    prove: (proof) => keySlots.prove(proof),
  });
  const importing = new Importing({
    vault: records,
    clock,
    edits,
    tray: importTray,
    findWorkspace,
    workspaces: () => workspaces.list(),
    endpointOrigin,
  });
  const sourceReplacing = new SourceReplacing({
    tray: importTray,
    connect: ({ credentialId, kind, name }) =>
      connections.createFor(credentials.find(credentialId), kind, name),
    revoke: (connectionId) => connections.revoke(connectionId),
  });

  const sandbox = new Sandbox(
    workspaces,
    async () => {
      // Loaded when asked for: whoever never plays pays nothing for it.
      const { startSandbox } = await import('../sandbox/sandbox.ts');
      return startSandbox({
        folder: join(options.home, 'sandbox'),
        apiPort: options.sandboxPorts.api,
        s3Port: options.sandboxPorts.s3,
        now: () => clock.now(),
        log: (message) => logger.log('info', `sandbox: ${message}`),
      });
    },
    reportBug,
  );

  /** What was there when the vault was last open: while it is locked, counts and reminders go on from it. */
  let remembered: Remembered | null = null;
  const reminderPreferences = new ReminderPreferences(ports.preferences);
  const reminders = new Reminders({
    clock,
    store: ports.reminderStore,
    usage,
    settings: () => reminderPreferences.read(),
    credentials: () => remembered?.credentials ?? null,
    notify: (notice) => notifying.tell(notice),
    onChange: () => emit('data.changed', { topics: ['status'] }),
    logger,
  });
  const notifying = new Notifying({
    notifier: ports.notifier,
    onTold: (notice) => emit('notice.raised', { notice }),
    snooze: (credentialIds, until) => reminders.snooze(credentialIds, until),
    onDueAsked: (replace) => emit('due.asked', { replace }),
  });

  /** Brings everything that lives off the vault's records up to date with them. */
  const refresh = async (): Promise<void> => {
    if (vault.state() !== 'unlocked') return; // Locked while the change was being written: unlocking catches up.
    const found = readConnections(vault);
    remembered = {
      workspaces: workspaces.list(),
      credentials: servingCredentials(),
      connections: found.length,
    };
    index.rebuild();
    proxy.abortRevoked();
    reminders.look();
    rollouts.look();
    rotations.look();
    automaticRotation.look();
    await openPorts.follow(found);
  };

  vault.onStateChange((state) => {
    if (state === 'unlocked') {
      index.rebuild();
      autoLock.start();
    } else {
      autoLock.stop();
      rollouts.rest();
      rotations.rest();
      automaticRotation.rest();
      index.clear();
      activity.detachPaths();
      reveals.clear();
      importTray.clear();
      proxy.abortAll();
      ports.clipboard?.clear().catch(reportBug);
    }
    emit('vault.changed', { state });
    emit('data.changed', { topics: ['status'] });
  });

  const gate = new Gate({
    ...{ vault, keySlots, edits, refresh, tellChange },
    targets: { holdAll: () => targets.holdAll(), rest: () => rollouts.rest() },
    onOpened: async () => {
      await sandbox.resume();
      capabilities.checkOld();
    },
  });

  const notices = (): string[] => [
    ...(clock.now() < startedAtMs + START_NOTICES_MS ? [...(home?.notices ?? []), ...vault.notices()] : []),
    ...openPorts.notices(),
    ...(vault.state() === 'unlocked' ? [...intents.notices(), ...targets.notices()] : []),
    ...sandbox.notices(),
  ];
  const status = (): Status => ({
    running: true,
    pid: process.pid,
    vault: vault.state(),
    locked: vault.state() !== 'unlocked',
    ...origins,
    sandbox: sandbox.address(),
    workspaces: remembered?.workspaces.length ?? 0,
    connections: remembered?.connections ?? 0,
    due: dueCredentials(remembered?.credentials ?? [], clock.now()),
    attention: reminders.attention(remembered?.credentials ?? []),
    notices: notices(),
  });
  const info: AppInfo = {
    version: options.version,
    host: options.host,
    home: options.home,
    keychain: ports.keychain?.kind ?? null,
    clipboard: ports.clipboard === null ? 'page' : 'main',
  };

  const router = createRouter(
    {
      ...appHandlers({
        info,
        status,
        examine: () =>
          examine({
            ...{ clock, info, status },
            nodeVersion: process.version,
            workspaces: remembered?.workspaces ?? [],
          }),
        requestStop: () => clock.after(STOP_DELAY_MS, () => options.onStopRequested()),
        ...{ sandbox, capabilities },
        clipboard: ports.clipboard,
      }),
      ...vaultHandlers({
        gate,
        vault,
        keySlots,
        lockPreferences,
        autoLock,
        tellChange: () => emit('data.changed', { topics: ['status'] }),
      }),
      ...workspaceHandlers(workspaces, capabilities),
      ...credentialHandlers({
        credentials,
        minting,
        reveals,
        buckets: new Buckets({ findWorkspace, serviceOf }),
      }),
      ...rotationHandlers({ rotations, regenerating, automaticRotation, intents, atService }),
      ...rolloutHandlers(targets, rollouts),
      ...connectionHandlers(connections, presigning),
      ...transferHandlers({ exporting, importing, sourceReplacing }),
      ...dueHandlers({
        reminders,
        preferences: reminderPreferences,
        credentials: servingCredentials,
        findCredential: (reference, kind) => credentials.find(reference, kind),
        calendar: () => calendarOf(servingCredentials(), (id) => workspaces.find(id).name, clock.now()),
        writeFile: writeLocalFile,
      }),
      ...activityHandlers(activity),
    },
    logger,
  );

  let home: TakenHome | null = null;
  let startedAtMs = 0;

  const stop = async (): Promise<void> => {
    autoLock.stop();
    await proxy.stop(DRAIN_MS);
    reminders.stop();
    rollouts.rest();
    rotations.rest();
    automaticRotation.rest();
    await sandbox.stop();
    await edits.run(async () => vault.lock());
    await vault.settled();
    origins.api = null;
    origins.s3 = null;
    home?.release();
    home = null;
  };

  return {
    router,
    used: () => autoLock.appUsed(),
    isDashboard: (url) =>
      (remembered?.workspaces ?? []).some(({ apiUrl }) => apiUrl !== null && url === `${apiUrl}/`),
    showDue: () => emit('due.asked', { replace: null }),
    subscribe: (listener) => events.on('event', ({ name, payload }) => listener(name, payload)),
    start: async () => {
      try {
        startedAtMs = clock.now();
        home = await takeHome(options.home);
        await vault.open();
        reminders.load();
        origins.api = (await proxy.listen('api', options.apiPort)).origin;
        origins.s3 = (await proxy.listen('s3', options.s3Port)).origin;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
};
