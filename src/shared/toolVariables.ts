import type { ConnectionKind, LocalCredential } from './contract/connections.ts';

export type ToolVariables = Readonly<Record<string, string>>;

/** What a tool finds in its environment to use a connection: local credentials only. */
export const toolVariables = (kind: ConnectionKind, local: LocalCredential): ToolVariables => {
  switch (local.kind) {
    case 's3':
      return {
        AWS_ENDPOINT_URL_S3: local.endpoint,
        AWS_ACCESS_KEY_ID: local.accessKeyId,
        AWS_SECRET_ACCESS_KEY: local.secretAccessKey,
        AWS_REGION: local.region,
      };
    case 'api':
      return { NFYIO_API_URL: local.endpoint, NFYIO_ACCESS_TOKEN: local.token };
    case 'open':
      if (kind === 'api') return { NFYIO_API_URL: local.endpoint };
      return {
        AWS_ENDPOINT_URL_S3: local.endpoint,
        // An open port takes any pair. Without one, S3 tools give up, or sign with a real one that they find.

        AWS_ACCESS_KEY_ID: 'open',
        AWS_SECRET_ACCESS_KEY: 'open',
        AWS_REGION: 'us-east-1',
      };
  }
};
