import { LOCAL_REGION } from '../localKeys.ts';
import { localPair, type SnippetInput } from './snippetInput.ts';

const script = (text: string): string => JSON.stringify(text);

export const jsSnippet = (input: SnippetInput): string => {
  const pair = localPair(input);
  const command = input.bucket === null ? 'ListBucketsCommand' : 'ListObjectsV2Command';
  const access =
    pair === null
      ? [
          '  // The port is open: nothing is signed.',
          "  credentials: { accessKeyId: '', secretAccessKey: '' },",
          '  signer: { sign: async (request) => request },',
        ]
      : [
          '  credentials: {',
          `    accessKeyId: ${script(pair.accessKeyId)},`,
          `    secretAccessKey: ${script(pair.secretAccessKey)},`,
          '  },',
        ];
  const call =
    input.bucket === null
      ? ['const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));', 'console.log(Buckets);']
      : [
          'const { Contents = [] } = await s3.send(',
          `  new ListObjectsV2Command({ Bucket: ${script(input.bucket)}, Prefix: ${script(input.prefix ?? '')} }),`,
          ');',
          'console.log(Contents);',
        ];
  return [
    `import { ${command}, S3Client } from '@aws-sdk/client-s3';`,
    '',
    'const s3 = new S3Client({',
    `  endpoint: ${script(input.local.endpoint)},`,
    `  region: ${script(LOCAL_REGION)},`,
    '  forcePathStyle: true,',
    ...access,
    '});',
    ...call,
  ].join('\n');
};
