import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { isAccepted } from './ourSide.ts';
import { accessKeyId } from './randomRequests.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const region = 'us-east-1';
const options = {
  accessKeyId,
  signingKey: deriveSigningKey(secretAccessKey, '20261123', region, 's3'),
  region,
  service: 's3',
  amzDate: '20261123T101112Z',
  payloadHash: 'UNSIGNED-PAYLOAD',
};
const ofTheSignature = /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)=/;
const sorted = (rawQuery: string): string[] => rawQuery.split('&').sort();

const commands = [
  ['a download', new GetObjectCommand({ Bucket: 'bucket', Key: 'folder/käse + brot.txt' }), []],
  [
    'a download of a version under another name',
    new GetObjectCommand({
      Bucket: 'bucket',
      Key: 'a//../b?c#d%2F',
      VersionId: 'v 1+2/3',
      ResponseContentDisposition: 'attachment; filename="ä b.txt"',
    }),
    [],
  ],
  [
    'an upload of one type',
    new PutObjectCommand({ Bucket: 'bucket', Key: 'k', ContentType: 'text/plain; charset=utf-8' }),
    [['content-type', 'text/plain; charset=utf-8']],
  ],
  ['a part', new UploadPartCommand({ Bucket: 'bucket', Key: 'k', PartNumber: 2, UploadId: 'u~-._' }), []],
] as [string, GetObjectCommand, HeaderPair[]][];

describe('presigning, next to the presigner of the AWS SDK', () => {
  for (const endpoint of ['http://127.0.0.1:9000', 'https://s3.nfyio.example'])
    for (const expiresSeconds of [1, 3600, 604_800])
      it.each(commands)(`makes the same of %s for ${expiresSeconds} s at ${endpoint}`, async (...example) => {
        const [, command, headers] = example;
        const client = new S3Client({
          endpoint,
          region,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          credentials: { accessKeyId, secretAccessKey },
        });
        const url = await getSignedUrl(client, command, {
          expiresIn: expiresSeconds,
          signingDate: new Date('2026-11-23T10:11:12Z'),
          signableHeaders: new Set(headers.map(([name]) => name)),
        });
        const [rawPath = '', theirs = ''] = url.slice(endpoint.length).split('?');
        const parts = {
          method: command.constructor.name.startsWith('Get') ? 'GET' : 'PUT',
          rawPath,
          rawQuery: theirs
            .split('&')
            .filter((pair) => !ofTheSignature.test(pair))
            .join('&'),
          headers: [['Host', new URL(endpoint).host] as const, ...headers],
        };
        const ours = presignRequest(parts, { ...options, expiresSeconds });
        expect(sorted(ours)).toEqual(sorted(theirs));
        expect(isAccepted({ ...parts, rawQuery: theirs }, secretAccessKey)).toBe(true);
        for (const added of ['&x-id=GetObject2', '&response-content-type=text%2Fhtml'])
          expect(isAccepted({ ...parts, rawQuery: theirs + added }, secretAccessKey)).toBe(false);
      });

  it.each([0, 604_801, 1.5, -1, Number.NaN])('refuses a life of %s seconds', (expiresSeconds) => {
    const parts = { method: 'GET', rawPath: '/', rawQuery: '', headers: [['host', 'h'] as const] };
    expect(() => presignRequest(parts, { ...options, expiresSeconds })).toThrow(RangeError);
  });
});
