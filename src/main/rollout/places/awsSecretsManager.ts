import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { AppError } from '../../lib/appError.ts';
import type { Secret } from '../../lib/secret.ts';
import type { NamedValue, PlaceOf, PlaceWriter } from '../placeWriter.ts';
import { type Ask, atPlace, type PlaceLimits, refusal } from './boundHttp.ts';
import { asFields, changesOf, type Fields, holdsAll, merged, rewritableJson } from './fields.ts';
import { keyOf } from './placeAccess.ts';
import { placeAddress } from './placeAddress.ts';

type Place = PlaceOf<'awsSecretsManager'>;

const accessKey = z.strictObject({
  accessKeyId: z.string().regex(/^[A-Za-z0-9_]{1,128}$/),
  secretAccessKey: z.string().min(1).max(1024),
  sessionToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,8192}$/)
    .optional(),
});

const addressOf = ({ endpoint, region }: Place): string =>
  placeAddress(
    endpoint ?? `https://secretsmanager.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  );

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A request as the client has signed it. All operations of this service are POST. */
interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What the client would send itself, sent by us. It retries nothing and looks nothing up, here or in the environment. */
const clientFor = (
  region: string,
  address: string,
  key: z.infer<typeof accessKey>,
  ask: Ask,
): SecretsManagerClient =>
  new SecretsManagerClient({
    region,
    endpoint: address,
    credentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...(key.sessionToken === undefined ? {} : { sessionToken: key.sessionToken }),
    },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: '',
    authSchemePreference: ['sigv4'],
    requestHandler: {
      handle: async (request: SignedRequest) => {
        const { protocol, hostname, port, path, headers, body = '' } = request;
        const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
        const { status, text, headers: answered } = await ask({ method: 'POST', url, headers, body });
        if (!isJson(text)) throw refusal(address, status);
        return { response: { statusCode: status, headers: { ...answered }, body: Buffer.from(text) } };
      },
    },
  });

const TRANSIENT = new Set(['InternalServiceError', 'ThrottlingException', 'ServiceUnavailable']);
const REFUSED = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'DecryptionFailure',
  'EncryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'LimitExceededException',
  'PreconditionNotMetException',
  'PublicPolicyException',
  'ResourceExistsException',
  'ValidationException',
]);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';

/** The service says what went wrong by a name; most of its failures have the status 400. */
const understood = (address: string, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  if (!(error instanceof SecretsManagerServiceException)) return refusal(address, 200);
  const status = error.$metadata.httpStatusCode ?? 400;
  if (isMissing(error)) return refusal(address, 404, 'ResourceNotFoundException');
  if (TRANSIENT.has(error.name)) return refusal(address, status === 400 ? 429 : status, error.name);
  return refusal(address, status, REFUSED.has(error.name) ? error.name : undefined);
};

/** Of the version labelled AWSCURRENT. @returns null when the secret is not there, or has no value yet */
const read = async (client: SecretsManagerClient, { secretId }: Place): Promise<Fields | null> => {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (SecretString === undefined) throw new AppError('TARGET_UNREADABLE', { detail: 'It holds no text.' });
    return asFields(rewritableJson(SecretString));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const write = async (
  client: SecretsManagerClient,
  place: Place,
  values: readonly NamedValue[],
): Promise<void> => {
  const fields = (await read(client, place)) ?? {};
  if (holdsAll(fields, values)) return;
  await client.send(
    new PutSecretValueCommand({
      SecretId: place.secretId,
      ClientRequestToken: randomUUID(),
      SecretString: JSON.stringify(merged(fields, values)),
    }),
  );
  if (!holdsAll((await read(client, place)) ?? {}, values)) throw new AppError('TARGET_CHANGED');
};

/**
 * A secret of AWS Secrets Manager whose value is a JSON object. It must be there already; its value need not. The
 * service cannot compare before it writes: of two that write at the same moment, the fields of one may be lost, and
 * are in the version labelled AWSPREVIOUS.
 */
export const awsSecretsManagerWriter = (limits: PlaceLimits = {}): PlaceWriter<Place> => {
  const at = async <T>(
    place: Place,
    access: Secret | null,
    talk: (client: SecretsManagerClient) => Promise<T>,
  ): Promise<T> => {
    const address = addressOf(place);
    const key = keyOf(access, accessKey, '{"accessKeyId","secretAccessKey","sessionToken"?}');
    return atPlace(address, limits, async (ask) => {
      const client = clientFor(place.region, address, key, ask);
      try {
        return await talk(client);
      } catch (error) {
        throw understood(address, error);
      } finally {
        client.destroy();
      }
    });
  };
  return {
    preview: (place, values, access) =>
      at(place, access, async (client) => {
        const fields = await read(client, place);
        if (fields === null) await client.send(new DescribeSecretCommand({ SecretId: place.secretId }));
        return changesOf(fields ?? {}, values);
      }),
    write: async (place, values, access) => {
      await at(place, access, (client) => write(client, place, values));
      return { isVerified: true };
    },
  };
};

export const awsSecretsManager = awsSecretsManagerWriter();
