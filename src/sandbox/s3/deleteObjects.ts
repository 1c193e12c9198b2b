import { bucketOf, type Exchange, sendXml } from './exchange.ts';
import { readSmallBody } from './requestBody.ts';
import { asS3Error, S3Error } from './s3Error.ts';
import { bytesOfText, parseXml } from './xml.ts';

const MAX_KEYS = 1000;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Removes up to 1,000 objects; one that fails does not keep the others. */
export const deleteObjects = async (exchange: Exchange): Promise<void> => {
  const bucket = bucketOf(exchange);
  const { keys, isQuiet } = parseDelete(
    await readSmallBody(exchange.request, exchange.caller, MAX_BODY_BYTES),
  );
  const deleted: { Key: string }[] = [];
  const failed: { Key: string; Code: string; Message: string }[] = [];
  for (const key of keys) {
    try {
      await bucket.remove(bytesOfText(key));
      deleted.push({ Key: key });
    } catch (error) {
      const { code, message } = asS3Error(error);
      failed.push({ Key: key, Code: code, Message: message });
    }
  }
  sendXml(exchange, 'DeleteResult', { Deleted: isQuiet ? [] : deleted, Error: failed });
};

const parseDelete = (xml: string): { keys: string[]; isQuiet: boolean } => {
  const { Object: objects, Quiet: quiet } = parseXml(xml, 'Delete', ['Object']);
  if (!Array.isArray(objects) || objects.length > MAX_KEYS) throw new S3Error('MalformedXML');
  const keys = objects.map((object: Record<string, unknown>) => {
    if (typeof object.Key !== 'string' || object.Key === '') throw new S3Error('MalformedXML');
    return object.Key;
  });
  return { keys, isQuiet: quiet === 'true' };
};
