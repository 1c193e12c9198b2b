import { HmacKey } from './hmacKey.ts';

/** Good for one day, region and service. As secret as the secret access key itself. */
export const deriveSigningKey = (
  secretAccessKey: string,
  dateStamp: string,
  region: string,
  service: string,
): HmacKey => {
  const start = Buffer.from(`AWS4${secretAccessKey}`);
  const key = [dateStamp, region, service, 'aws4_request'].reduce((from, text) => {
    const digest = from.digest(text);
    from.erase();
    const next = new HmacKey(digest);
    digest.fill(0);
    return next;
  }, new HmacKey(start));
  start.fill(0);
  return key;
};
