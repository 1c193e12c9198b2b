import { HmacKey } from './hmacKey.ts';

/** Good for one day, region and service. As secret as the secret access key itself. */
export const deriveSigningKey = (
  secretAccessKey: string,
  dateStamp: string,
  region: string,
  service: string,
): HmacKey =>
  [dateStamp, region, service, 'aws4_request'].reduce(
    (key, text) => new HmacKey(key.digest(text)),
    new HmacKey(Buffer.from(`AWS4${secretAccessKey}`)),
  );
