import { z } from 'zod';
import { AppError } from '../../lib/appError.ts';
import type { Secret } from '../../lib/secret.ts';
import type { NamedValue, PlaceOf, PlaceWriter } from '../placeWriter.ts';
import { atPlace, type PlaceLimits, type PlaceReply, refusal } from './boundHttp.ts';
import { asFields, changesOf, type Fields, holdsAll, merged, rewritableJson } from './fields.ts';
import { type JsonAsk, jsonAsk } from './jsonAsk.ts';
import { tokenOf } from './placeAccess.ts';
import { encodedPath, placeAddress } from './placeAddress.ts';

type Place = PlaceOf<'vaultKv'>;

/** `version` 0: nothing was ever there. Fields of a version that was deleted are none. */
interface Held {
  readonly version: number;
  readonly fields: Fields;
}

const metadata = z.object({ version: z.int().positive() });
const read = z.object({ data: z.object({ data: z.unknown(), metadata }) });
const written = z.object({ data: metadata });
const errors = z.object({ errors: z.array(z.string()) });

const errorsOf = ({ text }: PlaceReply): readonly string[] | null => {
  try {
    return errors.parse(JSON.parse(text)).errors;
  } catch {
    return null;
  }
};

const headersFor = ({ namespace }: Place, access: Secret | null): Readonly<Record<string, string>> => {
  if (namespace !== null && !/^[\x21-\x7e]+$/.test(namespace))
    throw new AppError('INVALID_INPUT', { detail: 'The namespace has characters that no namespace has.' });
  return {
    'x-vault-token': tokenOf(access),
    'x-vault-request': 'true',
    ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
  };
};

class KeyValues {
  readonly #ask: JsonAsk;
  readonly #url: string;

  constructor(ask: JsonAsk, url: string) {
    this.#ask = ask;
    this.#url = url;
  }

  async read(): Promise<Held> {
    const reply = await this.#ask.get(this.#url);
    if (reply.status === 404) return this.#absent(reply);
    if (reply.status !== 200) throw refusal(this.#url, reply.status);
    const answer = read.safeParse(rewritableJson(reply.text));
    if (!answer.success) throw refusal(this.#url, reply.status);
    const { data, metadata } = answer.data.data;
    return { version: metadata.version, fields: asFields(data) };
  }

  /** Nothing yet, or nothing any more, has no errors; a mount that is not there has one. */
  #absent(reply: PlaceReply): Held {
    if (errorsOf(reply)?.length === 0) return { version: 0, fields: {} };
    try {
      const { version } = read.parse(JSON.parse(reply.text)).data.metadata;
      return { version, fields: {} };
    } catch {
      throw refusal(this.#url, reply.status);
    }
  }

  /** Only if the version that was read is still the present one. @returns whether it was */
  async replace({ version, fields }: Held, values: readonly NamedValue[]): Promise<boolean> {
    const reply = await this.#ask.post(this.#url, {
      options: { cas: version },
      data: merged(fields, values),
    });
    if (
      reply.status === 400 &&
      errorsOf(reply)?.some((error) => error.startsWith('check-and-set parameter did not match')) === true
    )
      return false;
    if (reply.status !== 200 || !written.safeParse(rewritableJson(reply.text)).success)
      throw refusal(this.#url, reply.status);
    return true;
  }
}

const changed = (detail: string): AppError => new AppError('TARGET_CHANGED', { detail });

/** Others that write there at the same time lose nothing: what they wrote meanwhile is read and merged once more. */
const write = async (place: KeyValues, values: readonly NamedValue[], isLast = false): Promise<void> => {
  const held = await place.read();
  if (holdsAll(held.fields, values)) return;
  if (await place.replace(held, values)) {
    if (!holdsAll((await place.read()).fields, values)) throw changed('It reads otherwise.');
  } else if (isLast) throw changed('It was changed twice while it was being written.');
  else await write(place, values, true);
};

/** A secret of HashiCorp Vault in a secrets engine KV of version 2, made there if it is missing. */
export const vaultKvWriter = (limits: PlaceLimits = {}): PlaceWriter<Place> => {
  const at = async <T>(
    place: Place,
    access: Secret | null,
    talk: (keyValues: KeyValues) => Promise<T>,
  ): Promise<T> => {
    const url = `${placeAddress(place.url)}/v1/${encodedPath(place.mount)}/data/${encodedPath(place.path)}`;
    const headers = headersFor(place, access);
    return atPlace(url, limits, (ask) => talk(new KeyValues(jsonAsk(ask, headers), url)));
  };
  return {
    preview: (place, values, access) =>
      at(place, access, async (keyValues) => changesOf((await keyValues.read()).fields, values)),
    write: async (place, values, access) => {
      await at(place, access, (keyValues) => write(keyValues, values));
      return { isVerified: true };
    },
  };
};

export const vaultKv = vaultKvWriter();
