import { type Command, Option } from 'commander';
import type { CallInput } from '../../shared/contract/contract.ts';
import { connectionDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { expiryWords, workspaceNames } from '../listing.ts';
import { remark } from '../output.ts';
import { formatFields, formatTable } from '../table.ts';
import { durationMs, port, wholeNumber } from '../values.ts';

interface CreateOptions {
  readonly workspace: string;
  readonly kind: 's3' | 'api';
  readonly name: string;
  readonly credential?: string[];
  readonly readOnly?: boolean;
  readonly bucket?: string[];
  readonly prefix?: string;
  readonly route?: string;
  readonly method?: string[];
  readonly ttl?: number;
  readonly open?: boolean;
  readonly port?: number;
}

const tools = ['aws', 'boto3', 'js', 'rclone', 's3cmd', 'curl', 'env'] as const;

interface SnippetOptions {
  readonly for: (typeof tools)[number];
}

interface PresignOptions {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
  readonly expires: number;
  readonly outside?: boolean;
}

// The contract judges the methods; here they are only carried.
type Methods = CallInput<'connection.create'>['methods'];

export const addConnectionCommands = (program: Command): void => {
  const group = program.command('connection').description('Local grants, one for each tool');

  group
    .command('create')
    .description('Make a local credential for one tool, narrowed as far as the tool allows')
    .requiredOption('--workspace <workspace>', 'name or id')
    .addOption(new Option('--kind <kind>', 'which listener').choices(['s3', 'api']).makeOptionMandatory())
    .requiredOption('--name <name>', 'what to call it, e.g. the name of the tool')
    .option('--credential <credential...>', 'use only this credential; may be repeated')
    .option('--read-only', 'refuse everything that writes')
    .option('--bucket <bucket...>', 'admit this bucket only; may be repeated')
    .option('--prefix <prefix>', 'admit object keys below this prefix only')
    .option('--route <route>', 'admit this route only, e.g. /api/chat/*')
    .option('--method <method...>', 'admit this HTTP method only; may be repeated')
    .option('--ttl <duration>', 'ends after this time, e.g. 8h', durationMs)
    .option('--open', 'a listener of its own without local authentication; needs --port')
    .option('--port <port>', 'the port of that listener (0 picks a free one)', port)
    .action(
      action<CreateOptions>(async ({ answer, withVault }, options) => {
        const { credential, bucket, method, ttl, ...chosen } = options;
        const { connection, local } = await withVault((call) =>
          call('connection.create', {
            ...chosen,
            credentials: credential,
            buckets: bucket,
            methods: method as Methods,
            ttlMs: ttl,
          }),
        );
        const document = connectionDocument(connection, local);
        answer({ connection: document }, () => formatFields(document));
      }),
    );

  group
    .command('list')
    .description('List the connections')
    .option('--workspace <workspace>', 'name or id')
    .action(
      action<{ readonly workspace?: string }>(async ({ answer, isJson, withVault }, { workspace }) => {
        const { connections, nameOf } = await withVault(async (call) => ({
          ...(await call('connection.list', { workspace })),
          nameOf: await workspaceNames(call, isJson),
        }));
        answer({ connections }, () =>
          formatTable(
            ['name', 'kind', 'workspace', 'endpoint', 'last used', 'expiry', 'id'],
            connections.map(({ name, kind, workspaceId, endpoint, lastUsedAt, expiresAt, id }) => [
              name,
              kind,
              nameOf(workspaceId),
              endpoint,
              lastUsedAt ?? 'not since the start',
              expiryWords(expiresAt),
              id,
            ]),
            'No connections yet.',
          ),
        );
      }),
    );

  group
    .command('revoke')
    .description('Take a local credential back, at once')
    .argument('<connection>', 'name or id')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, connection) => {
        answer(await withVault((call) => call('connection.revoke', { connection })), () => 'Revoked.');
      }),
    );

  group
    .command('snippet')
    .description('Print what to paste into a tool')
    .argument('<connection>', 'name or id')
    .addOption(new Option('--for <tool>', 'the tool').choices(tools).makeOptionMandatory())
    .action(
      action<SnippetOptions, [string]>(async ({ answer, withVault }, options, connection) => {
        const { text } = await withVault((call) =>
          call('connection.snippet', { connection, tool: options.for }),
        );
        answer({ text }, () => text.trimEnd());
      }),
    );

  group
    .command('presign')
    .description('Make a URL for one request that needs no other credential')
    .argument('<connection>', 'name or id')
    .addOption(
      new Option('--method <method>', 'what the URL does').choices(['GET', 'PUT']).makeOptionMandatory(),
    )
    .requiredOption('--bucket <bucket>', 'the bucket of the object')
    .requiredOption('--key <key>', 'the key of the object')
    .requiredOption(
      '--expires <seconds>',
      '1 to 604800; the connection and its credential may end it earlier',
      wholeNumber,
    )
    .option('--outside', 'for the service itself, signed with the real key: whoever has the URL can use it')
    .action(
      action<PresignOptions, [string]>(async ({ answer, isJson, withVault }, options, connection) => {
        const { expires: expiresSeconds, ...target } = options;
        const presigned = await withVault((call) =>
          call('connection.presign', { connection, expiresSeconds, ...target }),
        );
        const { url, expiresAt, isSecret, shortenedBy } = presigned;
        if (isSecret && !isJson)
          remark(
            'This URL is a secret: whoever has it can use it anywhere, until it expires or the key behind it ends. Revoking the connection does not end it.',
          );
        if (shortenedBy !== null && !isJson)
          remark(`The URL works until ${expiresAt} only: then its ${shortenedBy} expires.`);
        answer({ url, expiresAt, isSecret, shortenedBy }, () => url);
      }),
    );
};
