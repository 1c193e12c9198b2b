import { createHmac } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface LocalKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export type Headers = Readonly<Record<string, string>>;

/** Signs for a port of the loopback as the AWS SDK does; the signature stays fresh for five minutes. @returns without `host` */
export const signForLoopback = async (
  key: LocalKey,
  port: number,
  request: { readonly method: string; readonly path: string; readonly headers?: Headers },
): Promise<Headers> => {
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    uriEscapePath: false,
    sha256: Sha256,
    credentials: key,
  });
  const { headers: signed } = await signer.sign({
    method: request.method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: request.path,
    headers: { host: `127.0.0.1:${port}`, ...request.headers },
  });
  const { host: _, ...headers } = signed;
  return headers;
};

/** @param scope `<date>/<region>/<service>/aws4_request` */
export const signingKeyHex = ({ secretAccessKey }: LocalKey, scope: string): string =>
  scope
    .split('/')
    .reduce<Buffer>(
      (key, word) => createHmac('sha256', key).update(word).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    )
    .toString('hex');
