import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import { AwsV4Signer } from 'aws4fetch';
import packageJson from '../../package.json' with { type: 'json' };
import { formatAmzDate } from '../../src/main/sigv4/amzDate.ts';
import { deriveSigningKey } from '../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../src/main/sigv4/signRequest.ts';
import { NodeSha256 } from '../../test/helpers/nodeSha256.ts';
import { formatCount, formatRatio, median } from '../numbers.ts';
import type { PartReport } from '../report.ts';

const ROUNDS = 5;
const ROUND_MS = 400;
const WARMING_MS = 500;
const credentials = {
  accessKeyId: 'AKIABENCHMARK0000001',
  secretAccessKey: 'benchmark/secret+0123456789abcdefghijklm',
};
const region = 'us-east-1';
const service = 's3';
const host = 's3.example.org';

interface Signer {
  readonly name: string;
  /** Signs a GET of the path; every call another one. */
  sign(path: string): unknown;
}

/** Signatures of a small GET with two headers of the tool's own, each as its package wants to be used. */
export const measureSignatures = async (): Promise<PartReport> => {
  const rates = new Map<string, number[]>(signers.map(({ name }) => [name, []]));
  for (const signer of signers) await rateOf(signer, WARMING_MS);
  for (let round = 0; round < ROUNDS; round++)
    for (const signer of signers) rates.get(signer.name)?.push(await rateOf(signer, ROUND_MS));
  const rows = [...rates].map(([name, values]) => ({ name, rate: median(values) }));
  const rateNamed = (wanted: string): number =>
    rows.find(({ name }) => name.startsWith(wanted))?.rate ?? Number.NaN;
  const share = rateNamed('aws4 ') / rateNamed('vault');
  return {
    tables: [
      {
        title: 'Signatures',
        columns: ['signer', 'signatures/s', 'each', 'cost, of aws4'],
        rows: rows.map(({ name, rate }) => [
          name,
          formatCount(rate),
          `${(1_000_000 / rate).toFixed(1)} µs`,
          formatRatio(rateNamed('aws4 ') / rate),
        ]),
      },
    ],
    verdicts: [
      {
        target: 'a signature ≤ 0.20 × the cost of one by aws4',
        measured: formatRatio(share),
        isMet: share <= 0.2,
      },
    ],
    notes: [
      `Per second of processor time, the median of ${ROUNDS} rounds of ${ROUND_MS} ms in turn. Every signer keeps the signing key of the day, in the way its package does.`,
    ],
  };
};

const rateOf = async ({ sign }: Signer, ms: number): Promise<number> => {
  const before = process.cpuUsage();
  let count = 0;
  let elapsedMs = 0;
  for (; elapsedMs < ms; elapsedMs = cpuMs(before))
    for (let index = 0; index < 50; index++) {
      const result = sign(`/bucket/folder/object-${count++}`);
      if (result instanceof Promise) await result;
    }
  return (count * 1000) / elapsedMs;
};

/** Not the time on the wall: what else the machine does would count as the signer's cost. */
const cpuMs = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const toolHeaders = { range: 'bytes=0-1023', 'content-type': 'application/octet-stream' };

const vaultSigner = (): Signer => {
  const amzDay = formatAmzDate(Date.now()).slice(0, 8);
  const signingKey = deriveSigningKey(credentials.secretAccessKey, amzDay, region, service);
  const headers = [['host', host] as const, ...Object.entries(toolHeaders)];
  return {
    name: 'vault',
    sign: (rawPath) =>
      signRequest(
        { method: 'GET', rawPath, rawQuery: '', headers },
        {
          accessKeyId: credentials.accessKeyId,
          signingKey,
          region,
          service,
          amzDate: formatAmzDate(Date.now()),
          payloadHash: 'UNSIGNED-PAYLOAD',
        },
      ),
  };
};

const smithySigner = (): Signer => {
  const signer = new SignatureV4({ service, region, uriEscapePath: false, sha256: NodeSha256, credentials });
  return {
    name: `@smithy/signature-v4 ${packageJson.devDependencies['@smithy/signature-v4']}`,
    sign: (path) =>
      signer.sign({
        method: 'GET',
        protocol: 'https:',
        hostname: host,
        path,
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...toolHeaders },
      }),
  };
};

const aws4fetchSigner = (): Signer => {
  const cache = new Map<string, ArrayBuffer>();
  return {
    name: `aws4fetch ${packageJson.devDependencies.aws4fetch}`,
    sign: (path) =>
      new AwsV4Signer({
        ...credentials,
        url: `https://${host}${path}`,
        method: 'GET',
        headers: toolHeaders,
        service,
        region,
        cache,
      }).sign(),
  };
};

const signers: readonly Signer[] = [
  vaultSigner(),
  {
    name: `aws4 ${packageJson.devDependencies.aws4}`,
    sign: (path) =>
      aws4.sign(
        {
          service,
          region,
          method: 'GET',
          host,
          path,
          headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...toolHeaders },
        },
        credentials,
      ),
  },
  smithySigner(),
  aws4fetchSigner(),
];
