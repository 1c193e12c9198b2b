/** Where the service makes, changes and lists its access tokens. */
export const TOKENS_PATH = '/api/access-tokens';
/** The same for S3 access keys. */
export const KEYS_PATH = '/api/object-storage/access-keys';
