import { type HttpRequestParts, headerValues } from '../../sigv4/requestParts.ts';
import { isBucketName } from '../s3Operation.ts';

/** An upload in the manner of a browser's form: what authenticates it is in its body. */
export interface FormRequest {
  readonly request: HttpRequestParts;
  readonly bucket: string;
  readonly boundary: string;
}

/** null: the request is something else, to be judged by its headers alone. */
export const readFormRequest = (request: HttpRequestParts): FormRequest | null => {
  const [, bucket = ''] = /^\/([^/]+)\/?$/.exec(request.rawPath) ?? [];
  if (request.method !== 'POST' || request.rawQuery !== '' || !isBucketName(bucket)) return null;
  if (headerValues(request, 'authorization').length > 0) return null;
  const [contentType = '', ...others] = headerValues(request, 'content-type');
  const boundary = others.length > 0 ? null : boundaryOf(contentType);
  return boundary === null ? null : { request, bucket, boundary };
};

const boundaryOf = (contentType: string): string | null => {
  const [, quoted, plain] =
    /^multipart\/form-data[ \t]*;[ \t]*boundary=(?:"([^"]*)"|([^\s";,]*))[ \t]*$/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? '';
  // RFC 2046, without the blank that it allows inside.
  return /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/.test(boundary) ? boundary : null;
};
