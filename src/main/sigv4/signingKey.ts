import { createHmac } from 'node:crypto';

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Good for one day, region and service. As secret as the secret access key itself. */
export const deriveSigningKey = (
  secretAccessKey: string,
  dateStamp: string,
  region: string,
  service: string,
): Buffer =>
  [dateStamp, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
