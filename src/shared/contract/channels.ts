/** Names only, so that the preload and the thinnest clients need no schemas. `contract.ts` is checked against these. */
export const callNames = [
  'app.info',
  'app.status',
  'app.doctor',
  'app.stop',
  'sandbox.start',
  'clipboard.copy',
  'vault.create',
  'vault.unlock',
  'vault.lock',
  'vault.slots',
  'vault.setPassphrase',
  'vault.addKeychain',
  'vault.makeRecoveryKey',
  'vault.removeSlot',
  'vault.backups',
  'vault.previewBackup',
  'vault.restoreBackup',
  'vault.forgetBackups',
  'lock.settings',
  'lock.configure',
  'lock.used',
  'workspace.list',
  'workspace.add',
  'workspace.remove',
  'credential.list',
  'credential.delete',
  'token.create',
  'token.import',
  'key.create',
  'key.import',
  'reveal.take',
  'bucket.list',
  'bucket.create',
  'bucket.delete',
  'connection.list',
  'connection.create',
  'connection.revoke',
  'connection.local',
  'connection.snippet',
  'connection.presign',
  'activity.list',
  'activity.explain',
] as const;
export type CallName = (typeof callNames)[number];

export const eventNames = ['vault.changed', 'data.changed', 'activity.added'] as const;
export type EventName = (typeof eventNames)[number];

/** The two channels of Electron IPC. Everything goes through them; there is no other. */
export const ipcChannel = { call: 'vault:call', event: 'vault:event' } as const;
