import { join } from 'node:path';
import type { AppInfo, Status } from '../shared/contract/app.ts';
import type { EventName } from '../shared/contract/contract.ts';
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
import { Credentials } from './credentials/credentials.ts';
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
import { ContractEvents } from './ipc/contractEvents.ts';
import { credentialHandlers } from './ipc/credentialHandlers.ts';
import { dueHandlers } from './ipc/dueHandlers.ts';
import { rolloutHandlers } from './ipc/rolloutHandlers.ts';
import { rotationHandlers } from './ipc/rotationHandlers.ts';
import { createRouter, type Router } from './ipc/router.ts';
import { transferHandlers } from './ipc/transferHandlers.ts';
import { vaultHandlers } from './ipc/vaultHandlers.ts';
import { workspaceHandlers } from './ipc/workspaceHandlers.ts';
import { bugReporter, unlessExpected } from './lib/bugReport.ts';
import { SerialQueue } from './lib/serialQueue.ts';
import { type TakenHome, takeHome } from './node/takenHome.ts';
import type { Ports } from './ports.ts';
import type { Grants } from './proxy/grants.ts';
import { maxConnectionsWithin } from './proxy/limits.ts';
import { judgePresign, presignedUrl } from './proxy/presign.ts';
import { createProxy } from './proxy/proxy.ts';
import { SharedListeners } from './proxy/sharedListeners.ts';
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
import { LastOpen } from './state/lastOpen.ts';
import { StartNotices } from './state/startNotices.ts';
import { Exporting } from './transfer/exporting.ts';
import { Importing } from './transfer/importing.ts';
import { ImportTray } from './transfer/importTray.ts';
import { SourceReplacing } from './transfer/sourceReplacing.ts';
import { Attempts } from './vault/attempts.ts';
import { AutoLock } from './vault/autoLock.ts';
import { Gate } from './vault/gate.ts';
import { KeySlots } from './vault/keySlots.ts';
import { liveRecords } from './vault/liveRecords.ts';
import { LockPreferences } from './vault/lockPreferences.ts';
import { type Change, Vault } from './vault/vault.ts';
import { CapabilityChecks } from './workspaces/capabilities.ts';
import { endpointOrigin } from './workspaces/endpointUrl.ts';
import { recordIdsOf } from './workspaces/recordIdsOf.ts';
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

const DRAIN_MS = 10_000;
/** So that the answer to `app.stop` has left before the transports close. */
const STOP_DELAY_MS = 50;

/** The composition root: every service is made once, here, by hand, and they meet nowhere else. */
export const createApp = (ports: Ports, options: AppOptions): App => {
  const { clock, logger } = ports;
  const vault = new Vault({ folder: options.home, clock, logger, keyring: ports.keyring });
  const edits = new SerialQueue();

  const reportBug = bugReporter(logger);
  const reportUnexpected = unlessExpected(reportBug);
  const events = new ContractEvents(reportBug);
  const records = liveRecords({
    vault,
    refresh: () => refresh(),
    tellChange: () => events.allChanged(),
    onBug: reportBug,
  });
  const common = { vault: records, clock, edits };

  const reveals = new Reveals(clock);
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

  const workspaces: Workspaces = new Workspaces({
    ...common,
    probe: (apiUrl, token) => createBackend({ apiUrl, token, clock }).probe(),
    recordIdsOf: (workspaceId) => recordIdsOf(vault.allRecords(), workspaceId),
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

  /** Whether another one is to take its place, or it is to get another secret. */
  const isChanging = (credentialId: string): boolean =>
    rotations.isRotating(credentialId) || regenerating.isRegenerating(credentialId);
  const removalOf = (credentialId: string): readonly Change[] => [
    { op: 'delete', id: credentialId },
    ...connections.unbind(credentialId),
    ...intents.forgetting(credentialId),
    ...targets.removeOf(credentialId),
  ];
  const credentials: Credentials = new Credentials({
    ...common,
    findWorkspace,
    verifying: new Verifying({
      clock,
      probeToken: (workspaceId, apiUrl, token) => services.probeToken(workspaceId, apiUrl, token),
      probeKey: (key) => probeKey(key, clock),
    }),
    learnUid: (workspaceId, uid) => workspaces.learn(workspaceId, { uid }),
    dependingOn: (id) => connections.dependingOn(id),
    removalOf,
    isRotating: isChanging,
    deleteAtService: (credential) => minting.deleteAtService(credential),
  });
  const intents = new Intents({ vault: records, clock });
  const minting: Minting = new Minting({ ...common, credentials, intents, findWorkspace, serviceOf });
  const atService = new AtService({ vault, credentials, intents, serviceOf });
  const buckets = new Buckets({ findWorkspace, serviceOf });

  const activity = new ActivityLog();
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
      events.emit('activity.added', { entry: activity.add(record) });
      if (usage.note(record)) reminders.lookSoon();
      if (isFirstGoodUse(record)) credentials.worked(record.credential.id).catch(reportUnexpected);
      if (isFirst) events.changed('connections');
    },
  });
  const listeners = new SharedListeners(proxy);
  const openPorts = new OpenPorts(proxy);
  const connections: Connections = new Connections({
    ...common,
    index,
    openPorts,
    findWorkspace,
    credentialsOf: (workspace) => rotations.serving().filter(({ workspaceId }) => workspaceId === workspace),
    order: (workspaceId, order) => minting.order(workspaceId, order),
    origin: (kind) => listeners.origin(kind),
    lastUsedMs: (connectionId) => activity.lastUsedMs(connectionId),
  });
  const presigning = new Presigning({
    connections,
    clock,
    grantOf: (connectionId) => index.byConnectionId(connectionId),
    secretOf: (credentialId) => vault.secretOf(credentialId),
    judge: judgePresign,
    sign: presignedUrl,
  });

  const targets: Targets = new Targets({
    ...common,
    credentials,
    isRetiring: (credentialId) => rotations.isRetiring(credentialId),
    writerOf: placeWriterOf,
  });
  const rollouts = new Rollouts({
    vault,
    clock,
    targets,
    writerOf: placeWriterOf,
    onBug: reportBug,
    onChange: () => events.changed('targets', 'rotations', 'status'),
  });
  const rotations: Rotations = new Rotations({
    ...common,
    credentials,
    removalOf,
    connections,
    targets,
    service: atService,
    minting,
    isRegenerating: (credentialId) => regenerating.isRegenerating(credentialId),
    requestsWith: (credentialId) => proxy.requestsWith(credentialId),
    onBug: reportBug,
    onChange: () => events.changed('rotations'),
  });
  const automaticRotation = new AutomaticRotation({
    ...common,
    credentials,
    rotations,
    isRotating: isChanging,
    notify: (notice) => notifying.tell(notice),
    onBug: reportBug,
  });
  const regenerating: Regenerating = new Regenerating({
    ...common,
    credentials,
    service: atService,
    traffic: proxy,
    isRotating: (credentialId) => rotations.isRotating(credentialId),
    offer: (credential, secret) => reveals.offer(credential, secret),
  });

  const exporting = new Exporting({
    vault,
    clock,
    home: options.home,
    findWorkspace,
    prove: (proof) => keySlots.prove(proof),
  });
  const importTray = new ImportTray(clock);
  const importing = new Importing({
    ...common,
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

  const lastOpen = new LastOpen();
  const reminderPreferences = new ReminderPreferences(ports.preferences);
  const reminders = new Reminders({
    clock,
    store: ports.reminderStore,
    usage,
    settings: () => reminderPreferences.read(),
    credentials: () => lastOpen.credentials(),
    notify: (notice) => notifying.tell(notice),
    onChange: () => events.changed('status'),
    logger,
  });
  const notifying = new Notifying({
    notifier: ports.notifier,
    onTold: (notice) => events.emit('notice.raised', { notice }),
    snooze: (credentialIds, until) => reminders.snooze(credentialIds, until),
    onDueAsked: (replace) => events.emit('due.asked', { replace }),
  });

  /** What goes on by itself while the vault is open. */
  const workers = [rollouts, rotations, automaticRotation];
  const rest = (): void => {
    for (const worker of workers) worker.rest();
  };
  /** Brings everything that lives off the vault's records up to date with them. */
  const refresh = async (): Promise<void> => {
    if (vault.state() !== 'unlocked') return; // Locked while the change was being written: unlocking catches up.
    const found = readConnections(vault);
    lastOpen.see({
      workspaces: workspaces.list(),
      credentials: rotations.serving(),
      connections: found.length,
    });
    index.rebuild();
    proxy.abortRevoked();
    reminders.look();
    for (const worker of workers) worker.look();
    await openPorts.follow(found);
  };
  vault.onStateChange((state) => {
    if (state === 'unlocked') {
      index.rebuild();
      autoLock.start();
    } else {
      autoLock.stop();
      rest();
      index.clear();
      activity.detachPaths();
      reveals.clear();
      importTray.clear();
      proxy.abortAll();
      ports.clipboard?.clear().catch(reportBug);
    }
    events.emit('vault.changed', { state });
    events.changed('status');
  });
  const gate = new Gate({
    ...{ vault, keySlots, edits, refresh },
    targets: { holdAll: () => targets.holdAll(), rest: () => rollouts.rest() },
    onOpened: async () => {
      await sandbox.resume();
      capabilities.checkOld();
    },
    tellChange: () => events.allChanged(),
  });

  const startNotices = new StartNotices(clock);
  const notices = (): string[] => [
    ...startNotices.list(),
    ...openPorts.notices(),
    ...(vault.state() === 'unlocked' ? [...intents.notices(), ...targets.notices()] : []),
    ...sandbox.notices(),
  ];
  const status = (): Status => ({
    running: true,
    pid: process.pid,
    vault: vault.state(),
    locked: vault.state() !== 'unlocked',
    ...listeners.origins(),
    sandbox: sandbox.address(),
    ...lastOpen.counts(clock.now()),
    attention: reminders.attention(lastOpen.credentials() ?? []),
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
        ...{ info, status, sandbox, capabilities },
        examine: () =>
          examine({ clock, info, status, workspaces: lastOpen.workspaces(), nodeVersion: process.version }),
        requestStop: () => clock.after(STOP_DELAY_MS, () => options.onStopRequested()),
        clipboard: ports.clipboard,
      }),
      ...vaultHandlers({
        ...{ gate, vault, keySlots, lockPreferences, autoLock },
        tellChange: () => events.changed('status'),
      }),
      ...workspaceHandlers(workspaces, capabilities),
      ...credentialHandlers({ credentials, minting, reveals, buckets }),
      ...rotationHandlers({ rotations, regenerating, automaticRotation, intents, atService }),
      ...rolloutHandlers(targets, rollouts),
      ...connectionHandlers(connections, presigning),
      ...transferHandlers({ exporting, importing, sourceReplacing }),
      ...dueHandlers({
        reminders,
        preferences: reminderPreferences,
        credentials: () => rotations.serving(),
        findCredential: (reference, kind) => credentials.find(reference, kind),
        calendar: () => calendarOf(rotations.serving(), (id) => workspaces.find(id).name, clock.now()),
        writeFile: writeLocalFile,
      }),
      ...activityHandlers(activity),
    },
    logger,
  );

  let home: TakenHome | null = null;
  const stop = async (): Promise<void> => {
    autoLock.stop();
    await proxy.stop(DRAIN_MS);
    reminders.stop();
    rest();
    await sandbox.stop();
    await edits.run(async () => vault.lock());
    await vault.settled();
    listeners.forget();
    home?.release();
    home = null;
  };

  return {
    router,
    used: () => autoLock.appUsed(),
    isDashboard: (url) => lastOpen.isDashboard(url),
    showDue: () => events.emit('due.asked', { replace: null }),
    subscribe: (listener) => events.subscribe(listener),
    start: async () => {
      try {
        home = await takeHome(options.home);
        await vault.open();
        startNotices.found([...home.notices, ...vault.notices()]);
        reminders.load();
        await listeners.open(options);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
};
