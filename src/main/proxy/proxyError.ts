import { type ErrorCode, errorTable } from '../../shared/errorCodes.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';

/** A reply of the proxy's own, in the manner of the listener. Nothing of the request is repeated in it. */
export interface OwnReply {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string;
}

export const ownReply = (kind: 's3' | 'api', code: ErrorCode, requestId: string): OwnReply => {
  const { status, s3Code, because, try: remedy } = errorTable[code];
  const body =
    kind === 's3'
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${s3Code}</Code><Message>${escapeXml(
          `${because} ${remedy}`,
        )}</Message><Resource/><RequestId>${requestId}</RequestId></Error>`
      : JSON.stringify({ success: false, error: { code, message: because, hint: remedy } });
  return {
    status,
    body,
    headers: [
      ['Content-Type', kind === 's3' ? 'application/xml' : 'application/json; charset=utf-8'],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
      ['X-Frame-Options', 'DENY'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
      ...(s3Code === 'SlowDown' && status === 503 ? [retrySoon] : []),
      ['x-amz-request-id', requestId],
      ['x-nfyio-vault-error', code],
    ],
  };
};

const retrySoon: HeaderPair = ['Retry-After', '1'];

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The same for a socket on which no request could be read. */
export const rawReply = (kind: 's3' | 'api', code: ErrorCode, requestId: string): string => {
  const { status, headers, body } = ownReply(kind, code, requestId);
  const lines = [...headers, ['Connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`;
};
