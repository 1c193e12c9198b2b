/**
 * The bare relay once more, which also proves one signature and makes another one with the fastest code that there is
 * for it, the vault's own. Nothing is judged, looked at or kept.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { formatAmzDate } from '../../src/main/sigv4/amzDate.ts';
import { readSignature } from '../../src/main/sigv4/readSignature.ts';
import type { HeaderPair } from '../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../src/main/sigv4/signRequest.ts';
import { verifySignature } from '../../src/main/sigv4/verifySignature.ts';

const [port, accessKeyId, localSecret] = process.argv.slice(2) as [string, string, string];
const upstream = `127.0.0.1:${port}`;
const pool = new Pool(`http://${upstream}`);
const scope = { region: 'us-east-1', service: 's3' };
const dateStamp = formatAmzDate(Date.now()).slice(0, 8);
const localKey = deriveSigningKey(localSecret, dateStamp, scope.region, scope.service);
const realKey = deriveSigningKey('a real secret access key', dateStamp, scope.region, scope.service);

const server = createServer((incoming, outgoing) => {
  const { method = '', url: rawPath = '/', rawHeaders } = incoming;
  const headers: HeaderPair[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] as string, rawHeaders[index + 1] as string]);
  const request = { method, rawPath, rawQuery: '', headers };
  const claim = readSignature(request);
  if (claim.kind !== 'header' || !verifySignature(request, claim, localKey)) {
    outgoing.writeHead(403).end();
    return;
  }
  const { payloadHash } = claim;
  const amzDate = formatAmzDate(Date.now());
  const signed = signRequest(
    { method, rawPath, rawQuery: '', headers: [['host', upstream]] },
    { ...scope, accessKeyId, signingKey: realKey, amzDate, payloadHash },
  );
  pool.dispatch(
    { path: rawPath, method: 'GET', headers: signed.flat() },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_, status, replyHeaders) =>
        outgoing.writeHead(status, { 'content-length': String(replyHeaders['content-length']) }),
      onResponseData: (_, chunk) => outgoing.write(chunk),
      onResponseEnd: () => outgoing.end(),
      onResponseError: () => outgoing.destroy(),
    },
  );
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
