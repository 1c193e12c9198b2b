import { bucketOf, type Exchange, sendEmpty, sendXml } from './exchange.ts';
import { readSmallBody } from './requestBody.ts';
import { S3Error } from './s3Error.ts';
import { checkedTags, tagsOf, withTags } from './tags.ts';
import { parseXml } from './xml.ts';

const MAX_BODY_BYTES = 64 * 1024;

export const readTags = (exchange: Exchange): void => {
  const { headers } = bucketOf(exchange).get(exchange.request.key);
  const Tag = [...tagsOf(headers)].map(([Key, Value]) => ({ Key, Value }));
  sendXml(exchange, 'Tagging', { TagSet: { Tag } });
};

export const writeTags = async (exchange: Exchange): Promise<void> => {
  const { request, caller } = exchange;
  const tags = parseTagging(await readSmallBody(request, caller, MAX_BODY_BYTES));
  await bucketOf(exchange).changeHeaders(request.key, (headers) => withTags(headers, tags));
  sendEmpty(exchange, 200);
};

export const deleteTags = async (exchange: Exchange): Promise<void> => {
  const none = new URLSearchParams();
  await bucketOf(exchange).changeHeaders(exchange.request.key, (headers) => withTags(headers, none));
  sendEmpty(exchange, 204);
};

const parseTagging = (xml: string): URLSearchParams => {
  const { TagSet: tagSet } = parseXml(xml, 'Tagging', ['Tag']);
  // An element without children is parsed as the text between its ends.
  if (typeof tagSet === 'string' && tagSet.trim() === '') return new URLSearchParams();
  const { Tag: tags } = (tagSet ?? {}) as { readonly Tag?: unknown };
  if (!Array.isArray(tags)) throw new S3Error('MalformedXML');
  const pairs = tags.map(({ Key, Value }: Record<string, unknown>): [string, string] => {
    if (typeof Key !== 'string' || typeof Value !== 'string') throw new S3Error('MalformedXML');
    return [Key, Value];
  });
  return checkedTags(new URLSearchParams(pairs));
};
