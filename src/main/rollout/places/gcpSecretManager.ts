import { JWTAccess } from 'google-auth-library';
import { z } from 'zod';
import { AppError } from '../../lib/appError.ts';
import type { Secret } from '../../lib/secret.ts';
import type { NamedValue, PlaceOf, PlaceWriter } from '../placeWriter.ts';
import { atPlace, type PlaceLimits, type PlaceReply, refusal } from './boundHttp.ts';
import { crc32c } from './crc32c.ts';
import { asFields, changesOf, type Fields, holdsAll, merged, rewritableJson } from './fields.ts';
import { type JsonAsk, jsonAsk } from './jsonAsk.ts';
import { keyOf } from './placeAccess.ts';
import { placeAddress } from './placeAddress.ts';

type Place = PlaceOf<'gcpSecretManager'>;

const GOOGLE = 'https://secretmanager.googleapis.com';

/** Of a key file, what signs. Where it would have tokens fetched (`token_uri`) is never asked. */
const serviceAccountKey = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1).max(320),
  private_key: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  private_key_id: z.string().min(1).max(128),
  universe_domain: z.literal('googleapis.com').optional(),
});

const accessed = z.object({ payload: z.object({ data: z.base64(), dataCrc32c: z.string().optional() }) });
const added = z.object({ name: z.string() });
const failure = z.object({ error: z.object({ status: z.string() }) });

const KINDS = new Set([
  'FAILED_PRECONDITION',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'UNAUTHENTICATED',
  'UNAVAILABLE',
]);

/** One that the service's documentation lists, or none. */
const kindOf = ({ text }: PlaceReply): string | undefined => {
  try {
    const { status } = failure.parse(JSON.parse(text)).error;
    return KINDS.has(status) ? status : undefined;
  } catch {
    return undefined;
  }
};

const unreadable = (detail: string): AppError => new AppError('TARGET_UNREADABLE', { detail });

const jsonOf = <T>(address: string, { status, text }: PlaceReply, schema: z.ZodType<T>): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw refusal(address, status);
  }
};

/** @returns the number of a version, which is the same under the project's name and under its number */
const numberOf = (address: string, name: string): string => {
  const [, number] = /\/versions\/([1-9]\d*)$/.exec(name) ?? [];
  if (number === undefined) throw refusal(address, 200);
  return number;
};

class Versions {
  readonly #ask: JsonAsk;
  readonly #url: string;

  constructor(ask: JsonAsk, url: string) {
    this.#ask = ask;
    this.#url = url;
  }

  /** @returns null when there is no such version, or no such secret */
  async read(version: string): Promise<Fields | null> {
    const reply = await this.#ask.get(`${this.#url}/versions/${version}:access`);
    if (reply.status === 404) return null;
    if (reply.status === 400 && kindOf(reply) === 'FAILED_PRECONDITION')
      throw unreadable('Its latest version is disabled or destroyed.');
    this.#mustSucceed(reply);
    const { data, dataCrc32c } = jsonOf(this.#url, reply, accessed).payload;
    const bytes = Buffer.from(data, 'base64');
    try {
      if (dataCrc32c !== undefined && dataCrc32c !== String(crc32c(bytes)))
        throw unreadable('It was damaged on its way: its checksum is another one.');
      return asFields(rewritableJson(bytes.toString('utf8')));
    } finally {
      bytes.fill(0);
    }
  }

  async mustExist(): Promise<void> {
    this.#mustSucceed(await this.#ask.get(this.#url));
  }

  /** @returns the number of the version */
  async add(fields: Fields): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(fields));
    const payload = { data: bytes.toString('base64'), dataCrc32c: String(crc32c(bytes)) };
    bytes.fill(0);
    const reply = await this.#ask.post(`${this.#url}:addVersion`, { payload });
    this.#mustSucceed(reply);
    return numberOf(this.#url, jsonOf(this.#url, reply, added).name);
  }

  #mustSucceed(reply: PlaceReply): void {
    if (reply.status !== 200) throw refusal(this.#url, reply.status, kindOf(reply));
  }
}

/**
 * Signed by the key itself, for this service alone; no token is fetched from anywhere.
 * @throws AppError TARGET_REFUSED
 */
const authorization = (access: Secret | null): string => {
  const key = keyOf(access, serviceAccountKey, 'a service account key (JSON) of Google Cloud');
  try {
    const signer = new JWTAccess(key.client_email, key.private_key, key.private_key_id);
    return signer.getRequestHeaders(`${GOOGLE}/`).get('authorization') ?? '';
  } catch {
    // Not passed on: it may hold the key.
    throw new AppError('TARGET_REFUSED', { detail: 'The private key of the service account is not one.' });
  }
};

const write = async (versions: Versions, values: readonly NamedValue[]): Promise<void> => {
  const fields = (await versions.read('latest')) ?? {};
  if (holdsAll(fields, values)) return;
  const version = await versions.add(merged(fields, values));
  if (!holdsAll((await versions.read(version)) ?? {}, values)) throw new AppError('TARGET_CHANGED');
};

/**
 * A secret of Google Cloud Secret Manager whose value is a JSON object. It must be there already; a version of it
 * need not. Versions are added; old ones are left as they are, enabled, for whoever keeps the secret to destroy. The
 * service cannot compare before it adds: of two that write at the same moment, the fields of one may be in the older
 * version alone.
 */
export const gcpSecretManagerWriter = (limits: PlaceLimits = {}): PlaceWriter<Place> => {
  const at = async <T>(
    { endpoint, project, secret }: Place,
    access: Secret | null,
    talk: (versions: Versions) => Promise<T>,
  ): Promise<T> => {
    const url = `${placeAddress(endpoint ?? GOOGLE)}/v1/projects/${project}/secrets/${secret}`;
    const headers = { authorization: authorization(access), accept: 'application/json' };
    return atPlace(url, limits, (ask) => talk(new Versions(jsonAsk(ask, headers), url)));
  };
  return {
    preview: (place, values, access) =>
      at(place, access, async (versions) => {
        const fields = await versions.read('latest');
        if (fields === null) await versions.mustExist();
        return changesOf(fields ?? {}, values);
      }),
    write: async (place, values, access) => {
      await at(place, access, (versions) => write(versions, values));
      return { isVerified: true };
    },
  };
};

export const gcpSecretManager = gcpSecretManagerWriter();
