import type { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import { exchange, type ServiceAddress, type ServiceRequest } from './exchange.ts';
import { errorOf, readAnswer, type ServiceAnswer } from './serviceAnswer.ts';

const PAGE_SIZE = 100;
const MAX_PAGES = 200;

/** A value as one segment of a path: it can neither end the segment nor climb out of it. */
export const segment = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new AppError('INVALID_INPUT', { detail: 'It is not an id.' });
  return encodeURIComponent(value);
};

/** Calls of the service: sent, read, and turned into what was expected or an AppError. */
export class ServiceCalls {
  readonly #address: ServiceAddress;
  readonly #host: string;

  constructor(address: ServiceAddress) {
    this.#address = address;
    this.#host = new URL(address.apiUrl).host;
  }

  /** @throws AppError when there was no answer at all */
  async ask(request: ServiceRequest): Promise<ServiceAnswer> {
    return readAnswer(await exchange(this.#address, request), this.#address.token.reveal());
  }

  async send(request: ServiceRequest): Promise<Extract<ServiceAnswer, { kind: 'success' }>> {
    return this.#succeeded(await this.ask(request));
  }

  async one<Shape extends z.ZodType>(request: ServiceRequest, shape: Shape): Promise<z.output<Shape>> {
    return this.expect(await this.ask(request), shape);
  }

  /** All pages of a list. */
  async all<Shape extends z.ZodType>(path: string, shape: Shape): Promise<z.output<Shape>[]> {
    const items: z.output<Shape>[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { data, pagination } = await this.send({
        method: 'GET',
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
    if (answer.kind !== 'success') throw errorOf(this.#host, answer);
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
