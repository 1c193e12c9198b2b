import { EventEmitter } from 'node:events';
import type { Protocol, Session } from 'electron';

type Handler<Name extends keyof Session> = Session[Name] extends (handler: infer Given) => void
  ? Given
  : never;
type SchemeHandler = Parameters<Protocol['handle']>[1];

/** Keeps what the app sets, so that a test can ask it the way Chromium would. */
export class StandInSession
  extends EventEmitter
  implements
    Pick<
      Session,
      | 'setPermissionRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setDevicePermissionHandler'
      | 'setDisplayMediaRequestHandler'
      | 'setUSBProtectedClassesHandler'
      | 'setBluetoothPairingHandler'
    >
{
  readonly schemes = new Map<string, SchemeHandler>();
  permissionRequest: Handler<'setPermissionRequestHandler'> = null;
  permissionCheck: Handler<'setPermissionCheckHandler'> = null;
  devicePermission: Handler<'setDevicePermissionHandler'> = null;
  displayMedia: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null;
  usbProtectedClasses: Handler<'setUSBProtectedClassesHandler'> = null;
  bluetoothPairing: Handler<'setBluetoothPairingHandler'> = null;

  readonly protocol = {
    handle: (scheme, handler) => void this.schemes.set(scheme, handler),
  } satisfies Pick<Protocol, 'handle'>;

  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'>): void {
    this.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    this.displayMedia = handler;
  }
  setUSBProtectedClassesHandler(handler: Handler<'setUSBProtectedClassesHandler'>): void {
    this.usbProtectedClasses = handler;
  }
  setBluetoothPairingHandler(handler: Handler<'setBluetoothPairingHandler'>): void {
    this.bluetoothPairing = handler;
  }
}

const partitions = new Map<string, StandInSession>();

export const session = {
  fromPartition: (partition: string): StandInSession => {
    const known = partitions.get(partition) ?? new StandInSession();
    partitions.set(partition, known);
    return known;
  },
};
