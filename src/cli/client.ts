import { connect, type Socket } from 'node:net';
import { AppError, systemCode } from '../main/lib/appError.ts';
import { assertPrivateSocketFolder, controlSocketPath } from '../main/transports/controlSocketPath.ts';
import { createLineReader } from '../main/transports/lineReader.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
} from '../shared/contract/contract.ts';
import type { WireMessage } from '../shared/wire.ts';
import { WireFailure } from './output.ts';

/** Asks the host. @throws WireFailure with what the host answered */
export type Call = <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name>>;

export interface VaultClient {
  readonly call: Call;
  onEvent<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): void;
  /** Resolves when the host has ended the conversation. */
  readonly ended: Promise<void>;
  close(): void;
}

/** The host is our own program: its answers are bounded, but not distrusted. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

const notRunning = (home: string, cause?: unknown): AppError =>
  new AppError('NOT_RUNNING', { detail: `(${home})`, cause });

const openSocket = async (home: string): Promise<Socket> => {
  const path = controlSocketPath(home);
  try {
    await assertPrivateSocketFolder(path, home);
  } catch (error) {
    throw error instanceof AppError ? error : notRunning(home, error);
  }
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) =>
      reject(
        systemCode(error) === 'EACCES'
          ? new AppError('SOCKET_UNUSABLE', { detail: `(${path})`, cause: error })
          : notRunning(home, error),
      ),
    );
  });
  return socket;
};

/** @throws AppError NOT_RUNNING when no host listens for this home folder */
export const connectVault = async (home: string): Promise<VaultClient> => {
  const socket = await openSocket(home);
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, (payload: unknown) => void>();
  let lastId = 0;

  const receive = (line: string): void => {
    const message = JSON.parse(line) as WireMessage;
    if ('event' in message) {
      listeners.get(message.event)?.(message.payload);
      return;
    }
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) waiter?.resolve(message.output);
    else waiter?.reject(new WireFailure(message.error));
  };

  socket.on(
    'data',
    createLineReader({ maxBytes: MAX_ANSWER_BYTES, onLine: receive, onTooLong: () => socket.destroy() }),
  );
  socket.on('error', () => socket.destroy());
  const ended = new Promise<void>((resolve) => {
    socket.on('close', () => {
      for (const { reject } of waiting.values()) {
        reject(new AppError('NOT_RUNNING', { detail: 'It ended before it answered.' }));
      }
      resolve();
    });
  });

  return {
    call: <Name extends CallName>(call: Name, input: CallInput<Name>) =>
      new Promise<CallOutput<Name>>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: (output) => resolve(output as CallOutput<Name>), reject });
        socket.write(`${JSON.stringify({ id, call, input })}\n`);
      }),
    onEvent: (name, listener) => listeners.set(name, listener as (payload: unknown) => void),
    ended,
    close: () => socket.destroy(),
  };
};
