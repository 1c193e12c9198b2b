import { connect } from 'node:net';
import { join } from 'node:path';

/**
 * The library that reads the keyring of a Linux waits for the session bus with the whole thread, for half a minute or
 * for good. So the bus, and the service behind it, are asked here first, where nothing waits with us.
 */

type Answer = 'answers' | 'absent' | 'silent';

/** D-Bus' names of what a call is made of. */
const fieldCodes = { path: [1, 'o'], interface: [2, 's'], member: [3, 's'], destination: [6, 's'] } as const;
type Field = keyof typeof fieldCodes;

const CALL = 1;
const isReply = (type: number | undefined): boolean => type === 2 || type === 3;
const HEAD_BYTES = 16;
const aligned = (length: number): number => Math.ceil(length / 8) * 8;

const fieldBytes = (field: Field, value: string): Buffer => {
  const [code, signature] = fieldCodes[field];
  const text = Buffer.from(`${value}\0`, 'latin1');
  const bytes = Buffer.alloc(8 + text.length);
  bytes.set([code, 1, signature.charCodeAt(0), 0]);
  bytes.writeUInt32LE(text.length - 1, 4);
  text.copy(bytes, 8);
  return bytes;
};

/** A call without arguments. */
const callBytes = (serial: number, fields: Readonly<Record<Field, string>>): Buffer => {
  const parts = (Object.keys(fieldCodes) as Field[]).map((field) => fieldBytes(field, fields[field]));
  const length = parts.reduce((sum, part) => aligned(sum) + part.length, 0);
  const bytes = Buffer.alloc(HEAD_BYTES + aligned(length));
  bytes.set([0x6c, CALL, 0, 1]);
  bytes.writeUInt32LE(serial, 8);
  bytes.writeUInt32LE(length, 12);
  let at = HEAD_BYTES;
  for (const part of parts) at = aligned(at) + part.copy(bytes, aligned(at));
  return bytes;
};

const hello = callBytes(1, {
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
  destination: 'org.freedesktop.DBus',
});
/** The bus starts the service for it, as it would for the library. */
const ping = callBytes(2, {
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.DBus.Peer',
  member: 'Ping',
  destination: 'org.freedesktop.secrets',
});

const opening = (): Buffer => {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  return Buffer.concat([Buffer.from(`\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`, 'latin1'), hello, ping]);
};

/** How many calls the whole messages answer. */
const repliesIn = (messages: Buffer): number => {
  let replies = 0;
  for (let at = 0; at + HEAD_BYTES <= messages.length; ) {
    const head = messages.subarray(at, at + HEAD_BYTES);
    const number = (offset: number): number =>
      head[0] === 0x6c ? head.readUInt32LE(offset) : head.readUInt32BE(offset);
    at += HEAD_BYTES + aligned(number(12)) + number(4);
    if (at <= messages.length && isReply(head[1])) replies += 1;
  }
  return replies;
};

/** Whoever refuses us has answered, too: only silence makes the library wait. */
const hasAnswered = (received: Buffer): boolean => {
  const end = received.indexOf('\r\n');
  if (end < 0) return false;
  return (
    !received.subarray(0, end).toString('latin1').startsWith('OK') ||
    repliesIn(received.subarray(end + 2)) >= 2
  );
};

/** Far beyond what comes before the second answer. */
const MAX_RECEIVED_BYTES = 65_536;

const ask = (path: string, waitMs: number): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    let isConnected = false;
    let received = Buffer.alloc(0);
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end('silent'), waitMs);
    socket.on('connect', () => {
      isConnected = true;
      socket.write(opening());
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (hasAnswered(received)) end('answers');
      else if (received.length > MAX_RECEIVED_BYTES) end('silent');
    });
    // Closed on us: the library is told the same, and does not wait either.
    socket.on('close', () => end(isConnected ? 'answers' : 'absent'));
    socket.on('error', () => end(isConnected ? 'answers' : 'absent'));
  });

/** @returns null for an address that is no socket of this machine */
const pathOf = (address: string): string | null => {
  const [, pairs] = /^unix:(.*)$/.exec(address) ?? [];
  if (pairs === undefined) return null;
  const values = new Map(
    pairs.split(',').map((pair): [string, string] => {
      const [key = '', value = ''] = pair.split('=', 2);
      return [key, decodeURIComponent(value)];
    }),
  );
  const abstract = values.get('abstract');
  return values.get('path') ?? (abstract === undefined ? null : `\0${abstract}`);
};

const addressesIn = ({ DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR }: NodeJS.ProcessEnv): readonly string[] => {
  if (DBUS_SESSION_BUS_ADDRESS)
    return DBUS_SESSION_BUS_ADDRESS.split(';').filter((address) => address !== '');
  return XDG_RUNTIME_DIR ? [`unix:path=${join(XDG_RUNTIME_DIR, 'bus')}`] : [];
};

/**
 * Whether the library may be let at the session bus. An address that cannot be asked here is not trusted to answer.
 * @param waitMs for each of the addresses, the first of which that is there counts
 */
export const sessionBusAnswers = async (env: NodeJS.ProcessEnv, waitMs: number): Promise<boolean> => {
  for (const address of addressesIn(env)) {
    let path: string | null;
    try {
      path = pathOf(address);
    } catch {
      return false;
    }
    const answer = path === null ? 'silent' : await ask(path, waitMs);
    if (answer !== 'absent') return answer === 'answers';
  }
  return false;
};
