import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseRange } from './byteRange.ts';
import { checkConditions } from './conditions.ts';
import { bucketOf, type Exchange, sendXml } from './exchange.ts';
import { headersToSend } from './objectHeaders.ts';
import { S3Error } from './s3Error.ts';
import { headerOf } from './s3Request.ts';

/** GET and HEAD of an object. */
export const readObject = async (exchange: Exchange): Promise<void> => {
  const { request, response } = exchange;
  const bucket = bucketOf(exchange);
  const version = request.query.get('versionId');
  if (request.query.has('partNumber') || (version !== undefined && version !== 'null'))
    throw new S3Error('NotImplemented');
  const object = bucket.get(request.key);
  const condition = checkConditions(
    {
      ifMatch: headerOf(request, 'if-match'),
      ifNoneMatch: headerOf(request, 'if-none-match'),
      ifModifiedSince: headerOf(request, 'if-modified-since'),
      ifUnmodifiedSince: headerOf(request, 'if-unmodified-since'),
    },
    object,
  );
  if (condition === 'failed') throw new S3Error('PreconditionFailed');
  if (condition === 'notModified') {
    response.writeHead(304, headersToSend(request, object, false)).end();
    return;
  }
  const range = parseRange(headerOf(request, 'range'), object.size);
  if (range.kind === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${object.size}`);
    throw new S3Error('InvalidRange');
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: object.size - 1 };
  const headers = headersToSend(request, object, range.kind === 'whole');
  const contentRange =
    range.kind === 'part' ? { 'content-range': `bytes ${start}-${end}/${object.size}` } : {};
  response.writeHead(range.kind === 'part' ? 206 : 200, {
    ...headers,
    ...contentRange,
    'content-length': end - start + 1,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(Readable.from(bucket.read(object, start, end), { objectMode: false }), response);
};

export const readObjectAcl = (exchange: Exchange): void => {
  bucketOf(exchange).get(exchange.request.key);
  sendXml(exchange, 'AccessControlPolicy', privateAcl(exchange.caller.accessKeyId));
};

/** The one access control list there is: everything is the owner's. */
export const privateAcl = (owner: string) => ({
  Owner: { ID: owner, DisplayName: owner },
  AccessControlList: {
    Grant: {
      Grantee: {
        '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        '@xsi:type': 'CanonicalUser',
        ID: owner,
        DisplayName: owner,
      },
      Permission: 'FULL_CONTROL',
    },
  },
});
