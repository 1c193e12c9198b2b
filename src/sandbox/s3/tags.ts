import type { KeptHeaders } from '../objects/bucket.ts';
import { S3Error } from './s3Error.ts';
import { headerOf, type S3Request } from './s3Request.ts';

/** The tags of an object are kept the way this header brings them: as a query string. */
export const TAGGING_HEADER = 'x-amz-tagging';

const MAX_TAGS = 10;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** @throws S3Error InvalidTag */
export const checkedTags = (tags: URLSearchParams): URLSearchParams => {
  const names = [...tags.keys()];
  const isSound =
    names.length <= MAX_TAGS &&
    new Set(names).size === names.length &&
    [...tags].every(
      ([name, value]) => name !== '' && name.length <= MAX_KEY_LENGTH && value.length <= MAX_VALUE_LENGTH,
    );
  if (!isSound) throw new S3Error('InvalidTag');
  return tags;
};

export const tagsOf = (headers: KeptHeaders): URLSearchParams => new URLSearchParams(headers[TAGGING_HEADER]);

export const withTags = (headers: KeptHeaders, tags: URLSearchParams): KeptHeaders => {
  const { [TAGGING_HEADER]: _, ...others } = headers;
  return tags.size === 0 ? others : { ...others, [TAGGING_HEADER]: tags.toString() };
};

/** What a GET or HEAD says about them. */
export const tagCountHeader = (headers: KeptHeaders): KeptHeaders => {
  const { size } = tagsOf(headers);
  return size === 0 ? {} : { 'x-amz-tagging-count': String(size) };
};

/** A copy takes the tags of its source along, whatever becomes of the metadata, unless it brings its own. */
export const taggedCopy = (request: S3Request, source: KeptHeaders, copy: KeptHeaders): KeptHeaders => {
  const isReplaced = headerOf(request, 'x-amz-tagging-directive')?.toUpperCase() === 'REPLACE';
  const tags = isReplaced
    ? checkedTags(new URLSearchParams(headerOf(request, TAGGING_HEADER)))
    : tagsOf(source);
  return withTags(copy, tags);
};
