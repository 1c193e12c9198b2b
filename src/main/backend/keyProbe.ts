import type { Dispatcher } from 'undici';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import { formatAmzDate } from '../sigv4/amzDate.ts';
import { sha256Hex } from '../sigv4/sha256Hex.ts';
import { deriveSigningKey } from '../sigv4/signingKey.ts';
import { signRequest } from '../sigv4/signRequest.ts';
import { createBackendDispatcher } from './backendDispatcher.ts';
import { exchangeText, type ServiceResponse } from './exchange.ts';

/** Any is accepted by the service; this is what its documentation says. */
const REGION = 'us-east-1';

export interface ProbedKey {
  /** Origin of the object storage. */
  readonly s3Url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Those it is said to be for; `*` for all. */
  readonly buckets: readonly string[];
}

/** `unclear`: the storage answered, and it says nothing of the key. */
export type KeyProbe =
  /** `isWhole`: there are no more than these. */
  | { readonly kind: 'listed'; readonly buckets: readonly string[]; readonly isWhole: boolean }
  /** It may not list its buckets, and sees this one of those that were named. */
  | { readonly kind: 'reached'; readonly bucket: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unclear'; readonly problem: string };

/** What S3 says of a key that it does not take. Other refusals are about what was asked. */
const refusals: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'AuthFailure',
]);

const errorCodeOf = (text: string): string | null => /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? null;

const bucketsOf = (text: string): string[] =>
  text
    .split('<Bucket>')
    .slice(1)
    .flatMap((bucket) => /<Name>([^<]{1,255})<\/Name>/.exec(bucket)?.[1] ?? []);

const statusWords = ({ status, text }: ServiceResponse): string => {
  const code = errorCodeOf(text);
  return `The storage answered ${status}${code === null ? '' : ` ${code}`}, which says nothing of the key.`;
};

/** Asks with a key for what it may see, changing nothing. @throws AppError BACKEND_UNREACHABLE | BACKEND_UNREADABLE */
export const probeKey = async (
  { s3Url, accessKeyId, secretAccessKey, buckets }: ProbedKey,
  clock: Clock,
  dispatcher: Dispatcher = createBackendDispatcher(),
): Promise<KeyProbe> => {
  const ask = (method: 'GET' | 'HEAD', rawPath: string): Promise<ServiceResponse> => {
    const url = new URL(rawPath, s3Url);
    const amzDate = formatAmzDate(clock.now());
    const signingKey = deriveSigningKey(secretAccessKey.reveal(), amzDate.slice(0, 8), REGION, 's3');
    const added = signRequest(
      { method, rawPath, rawQuery: '', headers: [['host', url.host]] },
      { accessKeyId, signingKey, amzDate, region: REGION, service: 's3', payloadHash: sha256Hex('') },
    );
    signingKey.erase();
    return exchangeText({ method, url, headers: Object.fromEntries(added), dispatcher, deadlineMs: 30_000 });
  };

  const list = await ask('GET', '/');
  if (list.status === 200 && list.text.includes('<ListAllMyBucketsResult')) {
    const isWhole = !list.text.includes('<ContinuationToken>');
    return { kind: 'listed', buckets: bucketsOf(list.text), isWhole };
  }
  const code = errorCodeOf(list.text);
  if (code !== null && refusals.has(code)) return { kind: 'refused', code };
  if (list.status !== 403) return { kind: 'unclear', problem: statusWords(list) };
  const named = buckets.filter((bucket) => bucket !== '*');
  if (named.length === 0)
    return { kind: 'unclear', problem: 'The key may not list its buckets, and none was named to look at.' };
  for (const bucket of named) {
    const { status } = await ask('HEAD', `/${bucket}`);
    if (status === 200) return { kind: 'reached', bucket };
    if (status !== 403)
      return { kind: 'unclear', problem: `The storage answered ${status} for “${bucket}”.` };
  }
  // A store that does not tell a wrong key from one without rights refuses both everywhere.
  return { kind: 'refused', code: code ?? 'AccessDenied' };
};
