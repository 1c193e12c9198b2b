import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type LocalPair, missing, program, type RealClient } from './realClient.ts';

const command = '/usr/bin/curl';
const PART_BYTES = 5 * 1024 * 1024;

/** The path as a person would type it for curl: every byte outside the unreserved set percent-encoded. */
export const encodedKey = (key: string): string =>
  key
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

const between = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

export const curl = (pair: LocalPair): RealClient => {
  const signed = [
    '--aws-sigv4',
    'aws:amz:us-east-1:s3',
    '--user',
    `${pair.accessKeyId}:${pair.secretAccessKey}`,
  ];
  // As Amazon's S3 wants it: without the header, curl 7.88 signs every body as if it were empty.
  const unsigned = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
  const plain = ['--silent', '--show-error', '--fail-with-body', '--path-as-is'];
  const run = (...args: readonly string[]) => program(command)(...plain, ...signed, ...args);
  const url = (bucket: string, key: string): string => `${pair.endpoint}/${bucket}/${encodedKey(key)}`;
  const send = (method: string, address: string, body: string, ...args: readonly string[]) =>
    run(
      ...unsigned,
      '--request',
      method,
      '--data-binary',
      body,
      '--header',
      'Content-Type: application/xml',
      ...args,
      address,
    );
  const etagOf = (headers: string): string => /^etag: (\S+)/im.exec(headers)?.[1] ?? '';

  const uploadInParts = async (file: string, bucket: string, key: string): Promise<void> => {
    const started = await send('POST', `${url(bucket, key)}?uploads=`, '');
    const uploadId = between(started, 'UploadId');
    const size = (await readFile(file)).length;
    const parts: string[] = [];
    for (let number = 1; (number - 1) * PART_BYTES < size; number += 1) {
      const part = `${file}.part-${number}`;
      const skip = `skip=${number - 1}`;
      await program('/usr/bin/dd')(
        `if=${file}`,
        `of=${part}`,
        `bs=${PART_BYTES}`,
        'count=1',
        skip,
        'status=none',
      );
      const address = `${url(bucket, key)}?partNumber=${number}&uploadId=${uploadId}`;
      const headers = await run(...unsigned, '--upload-file', part, '--dump-header', '-', address);
      parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${etagOf(headers)}</ETag></Part>`);
    }
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    await send('POST', `${url(bucket, key)}?uploadId=${uploadId}`, body);
  };

  return {
    name: 'curl',
    absent: missing(command),
    put: async (file, bucket, key) => void (await run(...unsigned, '--upload-file', file, url(bucket, key))),
    describe: async (file, bucket, key, name, value) => {
      const metadata = ['--header', `x-amz-meta-${name}: ${value}`];
      await run(...unsigned, ...metadata, '--upload-file', file, url(bucket, key));
    },
    get: async (bucket, key, file) => void (await run('--output', file, url(bucket, key))),
    head: async (bucket, key) =>
      Number(/^content-length: (\d+)/im.exec(await run('--head', url(bucket, key)))?.[1]),
    list: async (bucket, prefix) => {
      const xml = await run(`${pair.endpoint}/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
      return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
    },
    copy: async (bucket, from, to) => {
      const source = `x-amz-copy-source: /${bucket}/${encodedKey(from)}`;
      await run('--request', 'PUT', '--header', source, url(bucket, to));
    },
    remove: async (bucket, key) => void (await run('--request', 'DELETE', url(bucket, key))),
    removeMany: async (bucket, keys) => {
      const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('');
      const body = `<Delete>${objects}</Delete>`;
      const digest = `Content-MD5: ${createHash('md5').update(body).digest('base64')}`;
      await send('POST', `${pair.endpoint}/${bucket}?delete=`, body, '--header', digest);
    },
    multipart: uploadInParts,
    range: async (bucket, key, first, last, file) =>
      void (await run('--range', `${first}-${last}`, '--output', file, url(bucket, key))),
    isUnchanged: async (bucket, key, etag) => {
      const asking = [
        '--header',
        `If-None-Match: ${etag}`,
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
      ];
      return (await run(...asking, url(bucket, key))) === '304';
    },
    presign: null,
    tag: async (bucket, key, name, value) => {
      const tag = `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`;
      const address = `${url(bucket, key)}?tagging=`;
      await send('PUT', address, `<Tagging><TagSet>${tag}</TagSet></Tagging>`);
      return between(await run(address), 'Value');
    },
  };
};
