import type { Credential } from '../../shared/contract/credentials.ts';
import type { Secret } from '../lib/secret.ts';

/** Shorter ones would hit ordinary words. */
const MIN_SECRET_LENGTH = 8;
const MAX_CACHED = 512;

/**
 * Matches a secret in every form in which a service may repeat it, and in mixtures of them: plain, URL-, JSON-
 * and XML-escaped, UTF-16, hex, a list of numbers, and base64 wherever it starts. null: too short to be looked for.
 */
export const secretPattern = (secret: string): RegExp | null => {
  const bytes = Buffer.from(secret);
  if (bytes.length < MIN_SECRET_LENGTH) return null;
  const escaped = [...bytes].map(anyEscape).join('\\x00?');
  const hex = [...bytes].map(hexDigits).join('(?:[\\s:,-]{0,3}(?:0[xX])?)');
  const numbers = bytes.join('[,\\s]+');
  const base64 = [0, 1, 2].map((shift) => base64Core(bytes, shift));
  bytes.fill(0);
  return new RegExp([escaped, hex, numbers, ...base64].join('|'), 'g');
};

const xmlNames: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

const literal = (character: string): string => character.replace(/[^A-Za-z0-9]/, '\\$&');

const hexDigits = (byte: number): string =>
  byte
    .toString(16)
    .padStart(2, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

const anyEscape = (byte: number): string => {
  const character = String.fromCharCode(byte);
  const plain = byte < 0x80 ? literal(character) : `\\x${byte.toString(16)}`;
  const xmlName = xmlNames[character];
  const forms = [
    plain,
    `%(?:25)*${hexDigits(byte)}`,
    `(?<!\\\\)\\\\+(?:[ux](?:00)?${hexDigits(byte)}${/[A-Za-z0-9]/.test(character) ? '' : `|${plain}`})`,
    `&#(?:0*${byte}|[xX]0*${hexDigits(byte)});`,
    ...(xmlName === undefined ? [] : [`&${xmlName};`]),
  ];
  return `(?:${forms.join('|')})`;
};

/** Some cut base64 into lines; in JSON their ends are escaped. */
const lineEnd = '(?:\\s|\\\\[rn])*';

/** The characters of a base64 text that depend on the secret alone when `shift` bytes stand before it. */
const base64Core = (bytes: Buffer, shift: number): string => {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const text = shifted.toString('base64');
  shifted.fill(0);
  const begin = Math.ceil((shift * 8) / 6);
  const end = Math.floor(((shift + bytes.length) * 8) / 6);
  return [...text.slice(begin, end)].map(base64Character).join(lineEnd);
};

const base64Character = (character: string): string => {
  if (character === '+') return '(?:[+\\-]|%2[Bb])';
  if (character === '/') return '(?:\\\\?\\/|_|%2[Ff])';
  return character;
};

/** A pattern is costly to make and used on every reply: kept by credential. Emptied on lock. */
export class SecretPatterns {
  readonly #known = new Map<string, { readonly secret: Secret; readonly patterns: readonly RegExp[] }>();

  /** Everything of a credential that a reply must not hold. */
  of(credential: Credential, secret: Secret): readonly RegExp[] {
    const known = this.#known.get(credential.id);
    // A regenerated key keeps its id and changes its secret.
    if (known?.secret.revealBytes().equals(secret.revealBytes())) return known.patterns;
    if (this.#known.size >= MAX_CACHED) this.clear();
    const texts = [secret.reveal(), ...(credential.kind === 'key' ? [credential.accessKeyId] : [])];
    const patterns = texts.map(secretPattern).filter((pattern) => pattern !== null);
    this.#known.set(credential.id, { secret, patterns });
    return patterns;
  }

  clear(): void {
    this.#known.clear();
  }
}
