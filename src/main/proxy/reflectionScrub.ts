import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { HeaderPair } from '../sigv4/requestParts.ts';

const MARK = '[redacted]';
export const MAX_SCRUBBED_BYTES = 1024 * 1024;

/** Shorter ones would hit ordinary words. */
const MIN_NEEDLE_LENGTH = 8;

/** The forms in which an upstream may repeat a secret: plain, URL-, JSON-, base64- and hex-encoded. */
export const secretForms = (secrets: readonly string[]): string[] => {
  const forms = secrets
    .filter((secret) => secret.length >= MIN_NEEDLE_LENGTH)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      secret.replaceAll('/', '\\/'),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]);
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
};

export const scrubText = (text: string, forms: readonly string[]): string =>
  forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, MARK), text);

export type ScrubbedBody =
  /** Held nothing secret: pass it on as it came, encoding and all. */
  | { readonly kind: 'clean' }
  /** Decoded and cleaned. */
  | { readonly kind: 'scrubbed'; readonly body: Buffer }
  /** Cannot be looked into, so it must not be passed on. */
  | { readonly kind: 'opaque' };

export const scrubBody = async (
  body: Buffer,
  headers: readonly HeaderPair[],
  forms: readonly string[],
): Promise<ScrubbedBody> => {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const decoded = await decode(body, codings);
  if (decoded === null) return { kind: 'opaque' };
  const text = decoded.toString('latin1');
  const scrubbed = scrubText(text, forms);
  return scrubbed === text ? { kind: 'clean' } : { kind: 'scrubbed', body: Buffer.from(scrubbed, 'latin1') };
};

const decode = async (body: Buffer, codings: readonly string[]): Promise<Buffer | null> => {
  const [coding] = codings;
  if (coding === undefined || body.length === 0) return body;
  const decompress = codings.length === 1 ? decompressors.get(coding) : undefined;
  if (decompress === undefined) return null;
  return decompress(body, { maxOutputLength: MAX_SCRUBBED_BYTES }).catch(() => null);
};

const decompressors = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
] as [string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>][]);
