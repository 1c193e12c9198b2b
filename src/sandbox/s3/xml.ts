import { XMLParser } from 'fast-xml-parser';
import { uriEncode } from '../../main/sigv4/uriEncoding.ts';
import { S3Error } from './s3Error.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/**
 * Text, a list of elements of the same name, or elements by name, where a name with `@` is an attribute; undefined
 * leaves the element out.
 */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlContent[]
  | { readonly [name: string]: XmlContent };

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks survive a parser only as references
const special = /[&<>"\u0000-\u001f\u007f]/g;

const escapeText = (text: string): string =>
  text.replace(special, (character) => escapes[character] ?? `&#${character.charCodeAt(0)};`);

const element = (name: string, content: XmlContent): string => {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one: XmlContent) => element(name, one)).join('');
  if (typeof content !== 'object') return `<${name}>${escapeText(String(content))}</${name}>`;
  const fields: readonly [string, XmlContent][] = Object.entries(content);
  const attributes = fields
    .filter(([field]) => field.startsWith('@'))
    .map(([field, value]) => ` ${field.slice(1)}="${escapeText(String(value))}"`);
  const children = fields
    .filter(([field]) => !field.startsWith('@'))
    .map(([field, value]) => element(field, value));
  return `<${name}${attributes.join('')}>${children.join('')}</${name}>`;
};

const document = (root: string, content: XmlContent): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;

export const xmlDocument = (root: string, fields: Readonly<Record<string, XmlContent>>): string =>
  document(root, { '@xmlns': NAMESPACE, ...fields });

/** Errors of S3 are in no namespace. */
export const xmlError = (fields: Readonly<Record<string, XmlContent>>): string => document('Error', fields);

/** Bytes as text for XML. What is not UTF-8 cannot be shown; ask for `encoding-type=url`. */
export const textOfBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
export const bytesOfText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const urlEncodedKey = (bytes: string): string => bytes.split('/').map(uriEncode).join('/');

/** Parses a small document whose elements hold text only; a repeated element named in `lists` is always a list. */
export const parseXml = (text: string, root: string, lists: readonly string[]): Record<string, unknown> => {
  if (text.includes('<!')) throw new S3Error('MalformedXML');
  const parser = new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 4_000_000 },
    isArray: (name) => lists.includes(name),
  });
  try {
    const content: unknown = (parser.parse(text, true) as Record<string, unknown>)[root];
    if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  } catch (error) {
    throw new S3Error('MalformedXML', error instanceof S3Error ? error.message : undefined);
  }
  throw new S3Error('MalformedXML');
};
