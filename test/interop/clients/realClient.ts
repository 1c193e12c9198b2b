import { existsSync } from 'node:fs';
import { type CommandResult, runCommand } from '../../helpers/servedVault.ts';

/** An S3 endpoint with a key pair for it: the loopback's, or the service's own. */
export interface LocalPair {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** One real client, given nothing but an endpoint and a key pair. null: the client has no such operation. */
export interface RealClient {
  readonly name: string;
  /** Why it cannot run here; null when it can. */
  readonly absent: string | null;
  put(file: string, bucket: string, key: string): Promise<void>;
  /** As `put`, with one value of metadata. */
  readonly describe:
    | ((file: string, bucket: string, key: string, name: string, value: string) => Promise<void>)
    | null;
  get(bucket: string, key: string, file: string): Promise<void>;
  /** @returns the size in bytes */
  head(bucket: string, key: string): Promise<number>;
  /** @returns the keys below the prefix as the client names them */
  list(bucket: string, prefix: string): Promise<readonly string[]>;
  /** Within the bucket, made by the server. */
  copy(bucket: string, from: string, to: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** In one request. */
  readonly removeMany: ((bucket: string, keys: readonly string[]) => Promise<void>) | null;
  /** In parts of 5 MiB or more. */
  multipart(file: string, bucket: string, key: string): Promise<void>;
  /** Bytes `first` to `last`, both included. */
  readonly range:
    | ((bucket: string, key: string, first: number, last: number, file: string) => Promise<void>)
    | null;
  /** Asks for the object unless it still has this ETag. @returns whether it was told that it has */
  readonly isUnchanged: ((bucket: string, key: string, etag: string) => Promise<boolean>) | null;
  /** @returns a URL that reads the object for a minute */
  readonly presign: ((bucket: string, key: string) => Promise<string>) | null;
  /** Sets one tag and reads it back. @returns the value read */
  readonly tag: ((bucket: string, key: string, name: string, value: string) => Promise<string>) | null;
}

export const must = async (running: Promise<CommandResult>): Promise<string> => {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(`exited ${exitCode}: ${stderr.slice(0, 2000)}${stdout.slice(0, 2000)}`);
  return stdout;
};

export const missing = (file: string): string | null =>
  existsSync(file) ? null : `${file} is not installed`;

/** Runs a client that is one program. */
export const program =
  (command: string, environment: NodeJS.ProcessEnv = {}) =>
  (...args: readonly string[]): Promise<string> =>
    must(runCommand(command, args, { env: environment }));

/** Credentials of the person who runs the tests must not leak into a client. */
export const awsEnvironment = (pair: LocalPair): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: pair.accessKeyId,
  AWS_SECRET_ACCESS_KEY: pair.secretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: pair.endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});
