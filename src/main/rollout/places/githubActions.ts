import { Octokit } from '@octokit/core';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import type { TargetChange } from '../../../shared/contract/rollout.ts';
import { AppError } from '../../lib/appError.ts';
import type { Secret } from '../../lib/secret.ts';
import type { NamedValue, PlaceOf, PlaceWriter } from '../placeWriter.ts';
import { type Ask, atPlace, type PlaceLimits, refusal } from './boundHttp.ts';
import { tokenOf } from './placeAccess.ts';
import { placeAddress } from './placeAddress.ts';

type Place = PlaceOf<'githubActions'>;

const API_VERSION = '2022-11-28';

/** The time that GitHub's clocks may differ by between two answers. */
const CLOCK_TOLERANCE_MS = 60_000;

const publicKey = z.object({ key_id: z.string().min(1), key: z.base64() });
const metadata = z.object({ name: z.string(), updated_at: z.iso.datetime({ offset: true }) });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const clientFor = (baseUrl: string, token: string, ask: Ask): Octokit =>
  new Octokit({
    auth: token,
    baseUrl,
    log: silent,
    request: {
      log: silent,
      fetch: async (
        url: string,
        wanted: { method: 'GET' | 'PUT'; headers: Record<string, string>; body?: string },
      ) => {
        const { method, headers, body } = wanted;
        const reply = await ask({ method, url, headers, ...(body === undefined ? {} : { body }) });
        const hasBody = reply.status !== 204 && reply.status !== 205;
        return new Response(hasBody ? reply.text : null, { status: reply.status, headers: reply.headers });
      },
    },
  });

/** A failure of Octokit holds the request and the answer, so nothing but what it says here goes on. */
interface Failure {
  readonly cause?: unknown;
  readonly status?: unknown;
  readonly response?: { readonly headers?: Readonly<Record<string, string>> };
}

const understood = (address: string, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { cause, status, response } = (error ?? {}) as Failure;
  if (cause instanceof AppError) return cause;
  if (typeof status !== 'number') return refusal(address, 200);
  const { headers = {} } = response ?? {};
  const isLimited = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  return status === 403 && isLimited ? refusal(address, 429) : refusal(address, status);
};

const parsed = <T>(address: string, { status, data }: Answer, schema: z.ZodType<T>): T => {
  const answer = schema.safeParse(data);
  if (!answer.success) throw refusal(address, status);
  return answer.data;
};

/** The secrets of one repository, or of one of its environments. */
class ActionsSecrets {
  readonly #octokit: Octokit;
  readonly #address: string;
  readonly #place: Place;

  constructor(octokit: Octokit, address: string, place: Place) {
    this.#octokit = octokit;
    this.#address = address;
    this.#place = place;
  }

  async publicKey(): Promise<z.infer<typeof publicKey>> {
    return parsed(this.#address, await this.#call('GET', 'public-key'), publicKey);
  }

  /** @returns epoch milliseconds, null when there is no such secret */
  async updatedAtMs(name: string): Promise<number | null> {
    try {
      const { updated_at } = parsed(this.#address, await this.#call('GET', name), metadata);
      return Date.parse(updated_at);
    } catch (error) {
      if (error instanceof AppError && error.code === 'TARGET_MISSING') return null;
      throw error;
    }
  }

  /** @returns when the service did it, by its own clock; null when it does not tell */
  async put(name: string, sealed: string, keyId: string): Promise<number | null> {
    const { status, headers } = await this.#call('PUT', name, { encrypted_value: sealed, key_id: keyId });
    if (status !== 201 && status !== 204) throw refusal(this.#address, status);
    const atMs = Date.parse(headers.date ?? '');
    return Number.isNaN(atMs) ? null : atMs;
  }

  async #call(method: 'GET' | 'PUT', secret: string, body: object = {}): Promise<Answer> {
    const { owner, repository, environment } = this.#place;
    const within = environment === null ? 'actions' : 'environments/{environment}';
    try {
      const answer = await this.#octokit.request(
        `${method} /repos/{owner}/{repo}/${within}/secrets/{secret}`,
        {
          owner,
          repo: repository,
          secret,
          ...(environment === null ? {} : { environment }),
          ...body,
          headers: { accept: 'application/vnd.github+json', 'x-github-api-version': API_VERSION },
        },
      );
      return answer as Answer;
    } catch (error) {
      throw understood(this.#address, error);
    }
  }
}

const sealedFor = async (address: string, key: string, value: Secret): Promise<string> => {
  await sodium.ready;
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== sodium.crypto_box_PUBLICKEYBYTES) throw refusal(address, 200);
  return Buffer.from(sodium.crypto_box_seal(value.revealBytes(), bytes)).toString('base64');
};

const writeOne = async (
  secrets: ActionsSecrets,
  address: string,
  { name, value }: NamedValue,
): Promise<void> => {
  const { key, key_id } = await secrets.publicKey();
  const beforeMs = await secrets.updatedAtMs(name);
  const putAtMs = await secrets.put(name, await sealedFor(address, key, value), key_id);
  const afterMs = await secrets.updatedAtMs(name);
  // Times have whole seconds: two writes within one look like one.
  const isJustWritten = putAtMs === null || (afterMs ?? 0) >= putAtMs - CLOCK_TOLERANCE_MS;
  if (afterMs === null || afterMs < (beforeMs ?? 0) || !(afterMs > (beforeMs ?? 0) || isJustWritten))
    throw new AppError('TARGET_CHANGED', { detail: `GitHub does not show that ${name} was written.` });
};

const mustBeNames = (values: readonly NamedValue[]): void => {
  for (const { name } of values)
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name))
      throw new AppError('INVALID_INPUT', {
        detail: `GitHub takes letters, digits and _ for names, and none that begins with GITHUB_: ${name}.`,
      });
};

/**
 * Secrets of GitHub Actions, of a repository or of one of its environments. They can be written and not read, so
 * nothing is ever known to be the same. Of two values, one may be written and the other not; writing again is safe.
 */
export const githubActionsWriter = (limits: PlaceLimits = {}): PlaceWriter<Place> => {
  const at = async <T>(
    place: Place,
    values: readonly NamedValue[],
    access: Secret | null,
    talk: (secrets: ActionsSecrets, address: string) => Promise<T>,
  ): Promise<T> => {
    const address = placeAddress(place.apiUrl ?? 'https://api.github.com');
    const token = tokenOf(access);
    mustBeNames(values);
    return atPlace(address, limits, (ask) =>
      talk(new ActionsSecrets(clientFor(address, token, ask), address, place), address),
    );
  };
  return {
    preview: (place, values, access) =>
      at(place, values, access, async (secrets) => {
        await secrets.publicKey();
        const changes: TargetChange[] = [];
        for (const { name } of values) {
          const isThere = (await secrets.updatedAtMs(name)) !== null;
          changes.push({ name, change: isThere ? 'unreadable' : 'add' });
        }
        return changes;
      }),
    write: async (place, values, access) => {
      await at(place, values, access, async (secrets, address) => {
        for (const value of values) await writeOne(secrets, address, value);
      });
      return { isVerified: false };
    },
  };
};

export const githubActions = githubActionsWriter();
