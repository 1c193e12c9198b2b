/**
 * THE error table. Every failure that a person, a tool or a script can meet has one row here: what it means and
 * what to do. The CLI, the window, the proxy's replies and `explain` all read it; nobody words an error twice.
 */

/** How a failure ends a command: `failed` 1, `usage` 2, `locked` 3, `notRunning` 4, `refused` 5. */
export type ErrorCategory = 'failed' | 'usage' | 'locked' | 'notRunning' | 'refused';

export interface ErrorRow {
  readonly category: ErrorCategory;
  /** HTTP status of the proxy's own reply. */
  readonly status: number;
  /** The code an S3 client is shown in XML. */
  readonly s3Code: string;
  /** What happened, in one sentence. */
  readonly because: string;
  /** What the person can do about it, in one sentence. */
  readonly try: string;
}

const row = (
  category: ErrorCategory,
  status: number,
  s3Code: string,
  because: string,
  remedy: string,
): ErrorRow => ({
  category,
  status,
  s3Code,
  because,
  try: remedy,
});

export const errorTable = {
  INTERNAL: row(
    'failed',
    500,
    'InternalError',
    'Something in nfyio Vault itself went wrong.',
    'Run `nfyio-vault doctor` and report the problem with its output.',
  ),
  INVALID_INPUT: row(
    'usage',
    400,
    'InvalidRequest',
    'A value that was given is not acceptable.',
    'Correct the value named in the message.',
  ),
  NOT_RUNNING: row(
    'notRunning',
    503,
    'ServiceUnavailable',
    'No nfyio Vault is running on this home folder.',
    'Open the app, or run `nfyio-vault serve`.',
  ),
  ALREADY_RUNNING: row(
    'failed',
    409,
    'OperationAborted',
    'Another nfyio Vault is already running on this home folder.',
    'Use the running one, stop it with `nfyio-vault stop`, or choose another --home.',
  ),
  PORT_IN_USE: row(
    'failed',
    500,
    'InternalError',
    'The port is taken by another program.',
    'Stop that program, or choose another port (0 picks a free one).',
  ),
  SOCKET_UNUSABLE: row(
    'failed',
    500,
    'InternalError',
    'The control socket could not be opened.',
    'Check that the home folder is on a local disk and belongs to you.',
  ),
  HOME_UNUSABLE: row(
    'failed',
    500,
    'InternalError',
    'The home folder, or a file in it, cannot be used.',
    'See that it is on a local disk, belongs to you and can be written to, or choose another --home.',
  ),

  VAULT_LOCKED: row(
    'locked',
    423,
    'ServiceUnavailable',
    'The vault is locked.',
    'Unlock it in the window or with `nfyio-vault unlock`.',
  ),
  VAULT_ABSENT: row(
    'locked',
    423,
    'ServiceUnavailable',
    'There is no vault in this home folder yet.',
    'Open the app, or run `nfyio-vault serve` with a passphrase, to make one.',
  ),
  VAULT_EXISTS: row(
    'failed',
    409,
    'OperationAborted',
    'There is already a vault in this home folder.',
    'Unlock it, or choose another --home.',
  ),
  WRONG_PASSPHRASE: row(
    'locked',
    423,
    'ServiceUnavailable',
    'The passphrase does not open this vault.',
    'Try again; a passphrase file is read without its final line break.',
  ),
  PASSPHRASE_NEEDED: row(
    'locked',
    423,
    'ServiceUnavailable',
    'A passphrase is needed and none was given.',
    'Give --passphrase-file F, set NFYIO_VAULT_PASSPHRASE_FILE, or run on a terminal to be asked.',
  ),
  PASSPHRASE_FILE_UNREADABLE: row(
    'failed',
    500,
    'InternalError',
    'The passphrase file could not be read.',
    'Check the path and its permissions.',
  ),
  KEYCHAIN_UNAVAILABLE: row(
    'locked',
    423,
    'ServiceUnavailable',
    'The keychain of this system is not available or not safe.',
    'Unlock the system keychain and try again, or use a passphrase.',
  ),
  VAULT_DAMAGED: row(
    'failed',
    500,
    'InternalError',
    'The vault file is damaged and no good earlier generation was found.',
    'Nothing was overwritten: restore the file from a backup, then start again.',
  ),
  VAULT_NEWER: row(
    'failed',
    500,
    'InternalError',
    'The vault file was written by a newer version of nfyio Vault.',
    'Update nfyio Vault. The file was not touched.',
  ),
  DISK_FULL: row(
    'failed',
    507,
    'InternalError',
    'The disk is full, so the change could not be saved. The vault is unchanged.',
    'Free some space and try again.',
  ),
  STORAGE_FAILED: row(
    'failed',
    500,
    'InternalError',
    'The change could not be saved. The vault is unchanged.',
    'Check the disk and the permissions of the home folder, then try again.',
  ),

  WORKSPACE_UNKNOWN: row(
    'failed',
    404,
    'NoSuchBucket',
    'There is no workspace of that name or id.',
    'See `nfyio-vault workspace list`.',
  ),
  WORKSPACE_NAME_TAKEN: row(
    'failed',
    409,
    'OperationAborted',
    'A workspace of that name already exists.',
    'Choose another name.',
  ),
  URL_NOT_ALLOWED: row(
    'usage',
    400,
    'InvalidRequest',
    'The address cannot be used as an endpoint.',
    'Give https://host[:port] without a path; plain http is accepted for loopback hosts only.',
  ),
  NO_CONTROL_TOKEN: row(
    'failed',
    400,
    'InvalidRequest',
    'This workspace has no control token, so the vault cannot ask the service on your behalf.',
    'Import the credential instead, or add the workspace again with a control token.',
  ),
  NO_ENDPOINT: row(
    'failed',
    400,
    'InvalidRequest',
    'This workspace has no endpoint of that kind.',
    'Add a workspace with the API or S3 URL that is needed.',
  ),

  BACKEND_UNREACHABLE: row(
    'failed',
    502,
    'ServiceUnavailable',
    'The service could not be reached.',
    'Check the network and the endpoint address of the workspace.',
  ),
  BACKEND_UNAUTHORIZED: row(
    'failed',
    401,
    'AccessDenied',
    'The service refused the control token: it is wrong, expired or deleted.',
    'Make a new access token in the dashboard and add the workspace again.',
  ),
  BACKEND_FORBIDDEN: row(
    'failed',
    403,
    'AccessDenied',
    'The service does not let this token do that.',
    'Do it in the dashboard, then import the result here.',
  ),
  BACKEND_NOT_FOUND: row(
    'failed',
    404,
    'NoSuchKey',
    'The service does not know it (or it belongs to another workspace).',
    'Refresh the list; it may have been deleted elsewhere.',
  ),
  BACKEND_CONFLICT: row(
    'failed',
    409,
    'OperationAborted',
    'The service already has one of that name.',
    'Choose another name.',
  ),
  BACKEND_QUOTA: row(
    'failed',
    402,
    'AccessDenied',
    'The quota of the workspace is used up.',
    'Free some of it or change the plan in the dashboard.',
  ),
  BACKEND_RATE_LIMITED: row(
    'failed',
    429,
    'SlowDown',
    'The service asks to slow down.',
    'Wait for the time named in the message and try again.',
  ),
  BACKEND_REFUSED_INPUT: row(
    'failed',
    400,
    'InvalidRequest',
    'The service did not accept a value.',
    'Correct the value named in the message.',
  ),
  BACKEND_FAILED: row(
    'failed',
    502,
    'InternalError',
    'The service failed.',
    'Try again later; the message carries what it said.',
  ),
  BACKEND_UNREADABLE: row(
    'failed',
    502,
    'InternalError',
    'The service answered something that is not its documented form.',
    'Check that the address of the workspace is that of an nfyio service.',
  ),

  CREDENTIAL_UNKNOWN: row(
    'failed',
    404,
    'InvalidAccessKeyId',
    'There is no credential of that id.',
    'See `nfyio-vault token list` and `nfyio-vault key list`.',
  ),
  CREDENTIAL_WRONG_KIND: row(
    'usage',
    400,
    'InvalidRequest',
    'An access token and an S3 access key are not interchangeable.',
    'Tokens (nfyio_at_…) are for the REST API, access keys for object storage: use the other command or dialog.',
  ),
  CREDENTIAL_NAME_TAKEN: row(
    'failed',
    409,
    'OperationAborted',
    'A credential of that name already exists in this workspace.',
    'Choose another name.',
  ),
  CREDENTIAL_IN_USE: row(
    'refused',
    409,
    'OperationAborted',
    'A connection still uses this credential.',
    'Revoke the connections named in the message first.',
  ),
  NO_CREDENTIAL: row(
    'failed',
    400,
    'InvalidRequest',
    'The workspace has no credential that could serve this connection.',
    'Create or import one first.',
  ),
  REVEAL_GONE: row(
    'refused',
    410,
    'AccessDenied',
    'This secret has been shown already, or its two minutes are over.',
    'It is sealed in the vault and works through connections; to read a value, create a new credential.',
  ),
  CONNECTION_UNKNOWN: row(
    'failed',
    404,
    'NoSuchKey',
    'There is no connection of that id or name.',
    'See `nfyio-vault connection list`.',
  ),
  CONNECTION_NAME_TAKEN: row(
    'failed',
    409,
    'OperationAborted',
    'A connection of that name already exists.',
    'Choose another name.',
  ),
  OPEN_NEEDS_PORT: row(
    'usage',
    400,
    'InvalidRequest',
    'A port without local authentication needs both --open and --port N.',
    'Give both, or neither.',
  ),
  ACTIVITY_UNKNOWN: row(
    'failed',
    404,
    'NoSuchKey',
    'There is no such entry in the activity.',
    'See `nfyio-vault activity`; only the newest entries are kept.',
  ),

  MALFORMED_REQUEST: row(
    'refused',
    400,
    'InvalidRequest',
    'The request is not well-formed HTTP.',
    'Use an ordinary HTTP/1.1 client.',
  ),
  HOST_REFUSED: row(
    'refused',
    421,
    'AccessDenied',
    'The Host of the request is not this listener.',
    'Use the address exactly as the connection shows it (http://127.0.0.1:PORT).',
  ),
  BROWSER_REFUSED: row(
    'refused',
    403,
    'AccessDenied',
    'The request came from a web page.',
    'Web pages are never served; use a tool outside the browser.',
  ),
  UPGRADE_REFUSED: row(
    'refused',
    400,
    'InvalidRequest',
    'Protocol upgrades are not passed on.',
    'Use plain HTTP/1.1 requests.',
  ),
  AUTH_MISSING: row(
    'refused',
    403,
    'AccessDenied',
    'The request carries no local credential.',
    'Give the tool the local key or base URL of a connection, or create an open port for it.',
  ),
  AUTH_UNKNOWN: row(
    'refused',
    403,
    'InvalidAccessKeyId',
    'The local credential belongs to no connection (revoked?).',
    'See `nfyio-vault connection list` and give the tool a current one.',
  ),
  AUTH_BAD_SIGNATURE: row(
    'refused',
    403,
    'SignatureDoesNotMatch',
    'The signature does not fit the local key.',
    'Check that the tool has the secret of the same connection and sends the request unchanged.',
  ),
  AUTH_STALE: row(
    'refused',
    403,
    'RequestTimeTooSkewed',
    'The signature is too old or from the future.',
    'Check the clock of the machine or container the tool runs in; sign anew.',
  ),
  AUTH_UNSUPPORTED: row(
    'refused',
    400,
    'InvalidRequest',
    'The tool signs with Signature Version 2 (SigV2) or 4A (SigV4A), which are not supported.',
    'Switch the tool to Signature Version 4 (SigV4, AWS4-HMAC-SHA256).',
  ),
  AUTH_REPLAYED: row(
    'refused',
    403,
    'AccessDenied',
    'The same signed request was here before.',
    'Sign each request anew; a presigned URL that writes is good for one success.',
  ),
  REAL_CREDENTIAL_REFUSED: row(
    'refused',
    403,
    'InvalidAccessKeyId',
    'A real credential was sent to the loopback.',
    'Give the tool the local credential of a connection; real ones never belong in a tool.',
  ),
  CREDENTIAL_MISPLACED: row(
    'refused',
    400,
    'InvalidRequest',
    'A local token stands where it would go on to the service: inside the path, in the query or in metadata.',
    'Send it as `Authorization: Bearer`, or once at the start of the path, as the connection shows it.',
  ),
  CONNECTION_EXPIRED: row(
    'refused',
    403,
    'ExpiredToken',
    'The connection has expired.',
    'Create a new connection for the tool.',
  ),
  CONNECTION_WRONG_KIND: row(
    'refused',
    403,
    'AccessDenied',
    'This local credential is for the other listener.',
    'Use the API listener for tokens and the S3 listener for keys.',
  ),
  READ_ONLY: row(
    'refused',
    403,
    'AccessDenied',
    'The connection is read-only.',
    'Give tools that write a connection that is not read-only.',
  ),
  METHOD_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The connection does not admit this method.',
    'Create a connection that admits the method.',
  ),
  SCOPE_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The token of this connection has scope "read": only GET is allowed.',
    'Bind a token with scope "write" to the connection.',
  ),
  PERMISSION_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The key of this connection has permission "read".',
    'Bind a key with permission "read-write" to the connection.',
  ),
  ROUTE_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The path is outside the route that this connection or its token admits.',
    'Use a path below the route, or a connection with a wider one.',
  ),
  BUCKET_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The bucket is not among those this connection or its keys may reach.',
    'Bind a key for that bucket to the connection.',
  ),
  PREFIX_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'The object key is outside the prefix of this connection.',
    'Use keys below the prefix, or a connection with a wider one.',
  ),
  BUCKET_ADMIN_FORBIDDEN: row(
    'refused',
    403,
    'AccessDenied',
    'Buckets are not created, deleted or configured with an S3 key.',
    'Use `nfyio-vault bucket`, the REST API or the dashboard.',
  ),
  OBJECT_SETTING_UNSUPPORTED: row(
    'refused',
    501,
    'NotImplemented',
    'Objects have no access rules or retention of their own: rights belong to keys.',
    'Go on without setting them; make a key or a connection for those who may read.',
  ),
  CREDENTIAL_EXPIRED: row(
    'refused',
    403,
    'ExpiredToken',
    'The credential behind this connection has expired.',
    'Create or import a new one and bind it to a connection.',
  ),
  CREDENTIAL_GONE: row(
    'refused',
    403,
    'AccessDenied',
    'The credential behind this connection was deleted.',
    'Create a new connection for the tool.',
  ),
  PATH_REFUSED: row(
    'refused',
    400,
    'InvalidURI',
    'The path can be read in more than one way (.., //, encoded slash or dot).',
    'Send the path in its plain form.',
  ),
  PAYLOAD_UNSUPPORTED: row(
    'refused',
    501,
    'NotImplemented',
    'The body is framed or signed in a way that is not supported.',
    'Set the tool to send the exact hash or UNSIGNED-PAYLOAD.',
  ),
  PAYLOAD_CONTRADICTORY: row(
    'refused',
    400,
    'InvalidArgument',
    'What the request announces about its body contradicts itself or leaves out the length.',
    'Send aws-chunked with a STREAMING payload word and x-amz-decoded-content-length, and one checksum at most.',
  ),
  PAYLOAD_CHUNK_TOO_LARGE: row(
    'refused',
    400,
    'InvalidRequest',
    'A signed chunk of the upload is larger than 16 MiB, and a chunk is held whole to be signed again.',
    'Set the chunk size of the tool to 16 MiB or less, or let it send the exact hash or UNSIGNED-PAYLOAD.',
  ),
  PAYLOAD_MODE_LEARNED: row(
    'failed',
    503,
    'SlowDown',
    'The store does not take this upload mode; from now on nfyio Vault converts it.',
    'Send the upload again; most tools do so by themselves.',
  ),
  PAYLOAD_MISMATCH: row(
    'refused',
    400,
    'XAmzContentSHA256Mismatch',
    'The body does not fit the hash or length that was announced for it.',
    'Send the request again; if it repeats, the tool or something between changes the body.',
  ),
  EXPECTATION_UNKNOWN: row(
    'refused',
    417,
    'InvalidRequest',
    'The request expects something else than 100-continue.',
    'Send it without the Expect header.',
  ),
  UPSTREAM_UNREACHABLE: row(
    'failed',
    502,
    'ServiceUnavailable',
    'The upstream could not be reached.',
    'Check the network and the endpoint address of the workspace.',
  ),
  UPSTREAM_TLS: row(
    'failed',
    502,
    'ServiceUnavailable',
    'The upstream did not prove its identity by TLS.',
    'Check the certificate and the host name of the endpoint.',
  ),
  UPSTREAM_TIMEOUT: row(
    'failed',
    504,
    'SlowDown',
    'The upstream did not answer in time.',
    'Try again; if it repeats, check the service.',
  ),
  UPSTREAM_BROKEN: row(
    'failed',
    502,
    'InternalError',
    'The upstream broke off or answered malformed HTTP.',
    'Try again; if it repeats, check the service.',
  ),
  UPSTREAM_SIGNATURE: row(
    'failed',
    403,
    'SignatureDoesNotMatch',
    'The service did not accept the signature that nfyio Vault made with the real access key.',
    'Check that the access key was not regenerated or deleted elsewhere, and import its present secret.',
  ),
  ERROR_WITHHELD: row(
    'failed',
    502,
    'InternalError',
    'The service answered with an error whose text is too long or unreadable to be checked for credentials.',
    'Look the request up in the service; the text is not passed on.',
  ),
  CLOCK_SKEWED: row(
    'failed',
    503,
    'ServiceUnavailable',
    'The clocks of this machine and of the service differ; nfyio Vault has learned by how much.',
    'Send the request again, and set the clock of this machine.',
  ),
  TOO_MANY_REQUESTS: row(
    'refused',
    503,
    'SlowDown',
    'The listener is at its limit of connections.',
    'Lower the parallelism of the tool.',
  ),
  STOPPING: row('failed', 503, 'ServiceUnavailable', 'nfyio Vault is shutting down.', 'Start it again.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(errorTable, value);

export const exitCodes: Record<ErrorCategory, number> = {
  failed: 1,
  usage: 2,
  locked: 3,
  notRunning: 4,
  refused: 5,
};

/** A failure as it crosses a transport: plain JSON, no stack, no secret. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}
