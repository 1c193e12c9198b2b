import type { z } from 'zod';
import type { Operation } from '../../shared/contract/workspaces.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import { exchange, type ServiceAddress, type ServiceRequest } from './exchange.ts';
import type { Pause } from './pause.ts';
import { errorOf, readAnswer, type ServiceAnswer } from './serviceAnswer.ts';
import { type Heard, verdictOf } from './verdictOf.ts';

const PAGE_SIZE = 100;
const MAX_PAGES = 200;

/** A value as one segment of a path: it can neither end the segment nor climb out of it. */
export const segment = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new AppError('INVALID_INPUT', { detail: 'It is not an id.' });
  return encodeURIComponent(value);
};

/** Long enough for a gateway to find another server, short enough for a person who waits. */
const BEFORE_REPEAT_MS = 300;

const brokenOff: ReadonlySet<string | null> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The connection went away on the way: not a service that is not there, nor one that is slow. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'BACKEND_UNREACHABLE' && brokenOff.has(systemCode(error.cause));

/** A gateway that found no server. One that says when to come back is waited for. */
const isPassing = (answer: ServiceAnswer): boolean =>
  answer.kind === 'failure' && [502, 503, 504].includes(answer.status) && answer.retryAfter === null;

/** A request, and what its answer is listened to for. */
export interface ServiceCall extends ServiceRequest {
  readonly operation?: Operation;
}

interface ServiceConnection extends ServiceAddress {
  readonly clock: Clock;
  readonly pause: Pause;
  /** Told what every answer says of what is allowed. */
  readonly heard: (operation: Operation, heard: Heard) => void;
}

/** Calls of the service: sent, read, and turned into what was expected or an AppError. */
export class ServiceCalls {
  readonly #connection: ServiceConnection;
  readonly #host: string;

  constructor(connection: ServiceConnection) {
    this.#connection = connection;
    this.#host = new URL(connection.apiUrl).host;
  }

  /**
   * Only what changes nothing is asked again, and once: whether a POST without an answer was done is not known.
   * @throws AppError when there was no answer at all
   */
  async ask(request: ServiceCall): Promise<ServiceAnswer> {
    if (request.method !== 'GET') return this.#once(request);
    try {
      const answer = await this.#once(request);
      if (!isPassing(answer)) return answer;
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
    }
    await new Promise<void>((resolve) => this.#connection.clock.after(BEFORE_REPEAT_MS, resolve));
    return this.#once(request);
  }

  async #once({ operation, ...request }: ServiceCall): Promise<ServiceAnswer> {
    const { heard, pause, token } = this.#connection;
    pause.requireOver(this.#host);
    const response = await exchange(this.#connection, request);
    pause.heard(response.status, response.retryAfter);
    const answer = readAnswer(response, token.reveal());
    if (operation !== undefined) heard(operation, verdictOf(operation, answer));
    return answer;
  }

  async send(request: ServiceCall): Promise<Extract<ServiceAnswer, { kind: 'success' }>> {
    return this.#succeeded(await this.ask(request));
  }

  async one<Shape extends z.ZodType>(request: ServiceCall, shape: Shape): Promise<z.output<Shape>> {
    return this.expect(await this.ask(request), shape);
  }

  /** All pages of a list. */
  async all<Shape extends z.ZodType>(
    operation: Operation,
    path: string,
    shape: Shape,
  ): Promise<z.output<Shape>[]> {
    const items: z.output<Shape>[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { data, pagination } = await this.send({
        method: 'GET',
        operation,
        path: `${path}?page=${page}&limit=${PAGE_SIZE}`,
      });
      items.push(...this.#read(data, shape.array()));
      if (pagination === null || page >= pagination.totalPages) return items;
    }
    throw new AppError('BACKEND_UNREADABLE', {
      detail: `${this.#host} answered a list of more than ${MAX_PAGES} pages.`,
    });
  }

  /** What the answer carries, or the AppError that it means. */
  expect<Shape extends z.ZodType>(answer: ServiceAnswer, shape: Shape): z.output<Shape> {
    return this.#read(this.#succeeded(answer).data, shape);
  }

  #succeeded(answer: ServiceAnswer): Extract<ServiceAnswer, { kind: 'success' }> {
    if (answer.kind !== 'success') throw errorOf(this.#host, answer, this.#connection.pause.words());
    return answer;
  }

  #read<Shape extends z.ZodType>(data: unknown, shape: Shape): z.output<Shape> {
    const result = shape.safeParse(data);
    if (result.success) return result.data;
    // Only where it went wrong: the value itself may be a secret.
    const where = result.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new AppError('BACKEND_UNREADABLE', {
      detail: `${this.#host} answered without a readable ${where === '' ? 'result' : `"${where}"`}.`,
    });
  }
}
