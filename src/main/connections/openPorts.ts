import type { ConnectionKind } from '../../shared/contract/connections.ts';
import { AppError } from '../lib/appError.ts';
import type { ConnectionRecord } from './connectionRecord.ts';

/** Opens and closes a listener of its own for one connection. */
export interface PortOpener {
  openPort(connectionId: string, kind: ConnectionKind, port: number): Promise<{ readonly port: number }>;
  closePort(connectionId: string): Promise<void>;
}

/** Keeps the listeners of open connections in step with the connections that exist. */
export class OpenPorts {
  readonly #opener: PortOpener;
  readonly #open = new Set<string>();
  /** Opened for connections that are not sealed yet. */
  readonly #claimed = new Set<string>();
  readonly #failures = new Map<string, string>();

  constructor(opener: PortOpener) {
    this.#opener = opener;
  }

  /** @param port 0 picks a free one · @throws AppError PORT_IN_USE */
  async claim(connectionId: string, kind: ConnectionKind, port: number): Promise<number> {
    this.#claimed.add(connectionId);
    try {
      const opened = await this.#opener.openPort(connectionId, kind, port);
      this.#open.add(connectionId);
      return opened.port;
    } catch (error) {
      this.#claimed.delete(connectionId);
      throw error;
    }
  }

  /** The connection is sealed, or it will never be. */
  async settle(connectionId: string, isSealed: boolean): Promise<void> {
    this.#claimed.delete(connectionId);
    if (!isSealed && this.#open.delete(connectionId)) await this.#opener.closePort(connectionId);
  }

  /** Opens what is missing, closes what has no connection any more. A port that is taken becomes a notice. */
  async follow(connections: readonly ConnectionRecord[]): Promise<void> {
    const live = new Set(connections.map(({ id }) => id));
    this.#failures.clear();
    for (const id of [...this.#open]) {
      if (live.has(id) || this.#claimed.has(id)) continue;
      this.#open.delete(id);
      await this.#opener.closePort(id);
    }
    for (const { id, name, kind, openPort } of connections) {
      if (openPort === null || this.#open.has(id)) continue;
      try {
        await this.#opener.openPort(id, kind, openPort);
        this.#open.add(id);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        this.#failures.set(id, `The open port ${openPort} of “${name}” is not listening: ${error.message}`);
      }
    }
  }

  notices(): string[] {
    return [...this.#failures.values()];
  }
}
