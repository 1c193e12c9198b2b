import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const reversed = (text: string): string => [...text].reverse().join('');

/** The forms in which a secret could lie about, each as bytes to search for. */
export const encodings = (secret: string): Record<string, Buffer> => {
  const raw = Buffer.from(secret);
  /** Base64 of the secret inside other text: the two other alignments, without the characters that neighbours touch. */
  const shifted = (by: number): string => {
    const text = Buffer.concat([Buffer.alloc(by), raw])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(Math.ceil((by * 8) / 6), -1);
  };
  const texts: Record<string, string> = {
    raw: secret,
    base64: raw.toString('base64').replace(/=+$/, '').slice(0, -1),
    'base64 at offset 1': shifted(1),
    'base64 at offset 2': shifted(2),
    base64url: raw.toString('base64url').slice(0, -1),
    hex: raw.toString('hex'),
    HEX: raw.toString('hex').toUpperCase(),
    percent: [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
    url: encodeURIComponent(secret),
    reversed: reversed(secret),
  };
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])),
    'UTF-16LE': Buffer.from(secret, 'utf16le'),
    'UTF-16BE': Buffer.from(secret, 'utf16le').swap16(),
  };
};

/** @returns where each secret was found: `<place>: <which> as <encoding>` */
export const findCanaries = (
  places: ReadonlyMap<string, Buffer>,
  secrets: Readonly<Record<string, string>>,
): string[] =>
  Object.entries(secrets).flatMap(([which, secret]) =>
    Object.entries(encodings(secret)).flatMap(([encoding, needle]) =>
      [...places]
        .filter(([, bytes]) => bytes.includes(needle))
        .map(([place]) => `${place}: ${which} as ${encoding}`),
    ),
  );

/** Every file below a folder, by path. */
export const filesBelow = (folder: string): Map<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file)]),
  );
