import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { startServer } from '../childServer.ts';
import { type ChunkSigning, chunkHeaders, objectPieces } from '../chunkedBody.ts';
import { type Headers, type LocalKey, signForLoopback, signingKeyHex } from '../localSignature.ts';
import { formatMebibytes, GIBIBYTE, MEBIBYTE } from '../numbers.ts';
import { canReadUsage, peakResidentBytes, residentBytes } from '../processUsage.ts';
import type { PartReport } from '../report.ts';
import type { Resources } from '../resources.ts';
import { type Transfer, transfer } from '../transfer.ts';
import { type Access, VaultUnderTest } from '../vaultUnderTest.ts';

const BYTES = 5 * GIBIBYTE;
const LIMIT = 64 * MEBIBYTE;

interface Mode {
  readonly name: string;
  readonly method: Transfer['method'];
  /** Headers to sign that tell how the payload is vouched for; null: none, not even its hash. */
  readonly headers: Headers;
  readonly chunked: { readonly isSigned: boolean; readonly hasTrailer: boolean } | null;
}

/** By how much the host grows while five gibibytes pass, in every way a client may vouch for a payload. */
export const measureMemory = async (resources: Resources): Promise<PartReport> => {
  if (!canReadUsage) return { tables: [], verdicts: [], notes: ['Memory is measured on Linux only.'] };
  const { port: storePort } = await startServer('objectServer.ts', [], resources);
  const vault = await VaultUnderTest.start(resources);
  const access = await vault.connect('memory', `http://127.0.0.1:${storePort}`);
  const checksums = checksumsOf(BYTES);
  const modes = modesOf(checksums.sha256);
  for (const mode of modes) await send(access, mode, MEBIBYTE, checksumsOf(MEBIBYTE).crc32);
  const before = residentBytes(vault.pid);
  const measured: { mode: Mode; growth: number; seconds: number }[] = [];
  for (const mode of modes) {
    let seconds = 0;
    const peak = await peakResidentBytes(vault.pid, async () => {
      ({ seconds } = await send(access, mode, BYTES, checksums.crc32));
    });
    measured.push({ mode, growth: peak - before, seconds });
  }
  return {
    tables: [
      {
        title: 'Five gibibytes',
        columns: ['request', 'payload', 'growth at the peak', 'speed'],
        rows: measured.map(({ mode, growth, seconds }) => [
          mode.method,
          mode.name,
          formatMebibytes(growth),
          `${Math.round(BYTES / MEBIBYTE / seconds)} MiB/s`,
        ]),
      },
    ],
    verdicts: measured.map(({ mode, growth }) => ({
      target: `5 GiB ${mode.method}, ${mode.name}: growth < 64 MiB`,
      measured: formatMebibytes(growth),
      isMet: growth < LIMIT,
    })),
    notes: [
      'Growth is the highest resident memory during the transfer, as the kernel kept it, less the one before all of them, when the host had passed 1 MiB in every mode.',
    ],
  };
};

const modesOf = (sha256: string): Mode[] => {
  const put = (name: string, headers: Headers, chunked: Mode['chunked'] = null): Mode => ({
    name,
    method: 'PUT',
    headers,
    chunked,
  });
  const hash = (value: string): Headers => ({ 'x-amz-content-sha256': value });
  return [
    put('exact hash', hash(sha256)),
    put('UNSIGNED-PAYLOAD', hash('UNSIGNED-PAYLOAD')),
    put('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', {}, { isSigned: true, hasTrailer: false }),
    put('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', {}, { isSigned: true, hasTrailer: true }),
    put('STREAMING-UNSIGNED-PAYLOAD-TRAILER', {}, { isSigned: false, hasTrailer: true }),
    put('absent', {}),
    { name: 'none', method: 'GET', headers: hash('UNSIGNED-PAYLOAD'), chunked: null },
  ];
};

const checksumsOf = (bytes: number): { readonly sha256: string; readonly crc32: string } => {
  const sha256 = createHash('sha256');
  let crc = 0;
  for (const piece of objectPieces(bytes)) {
    sha256.update(piece);
    crc = crc32(piece, crc);
  }
  const crcBytes = Buffer.alloc(4);
  crcBytes.writeUInt32BE(crc);
  return { sha256: sha256.digest('hex'), crc32: crcBytes.toString('base64') };
};

const send = async ({ s3Port, localKey }: Access, mode: Mode, bytes: number, crc: string) => {
  const { method, chunked } = mode;
  const path = `/bucket/${bytes}`;
  const announced =
    chunked === null ? mode.headers : chunkHeaders(bytes, chunked.isSigned, chunked.hasTrailer);
  const headers = await signForLoopback(localKey, s3Port, { method, path, headers: announced });
  const chunks: ChunkSigning | null =
    chunked === null
      ? null
      : {
          signed: chunked.isSigned ? seedOf(localKey, headers) : null,
          crc32: chunked.hasTrailer ? crc : null,
        };
  return transfer({ port: s3Port, method, path, headers, bytes, chunks });
};

/** What the first chunk's signature hangs on: that of the request. */
const seedOf = (
  key: LocalKey,
  { authorization = '', 'x-amz-date': amzDate = '' }: Headers,
): ChunkSigning['signed'] => {
  const [, scope = '', seed = ''] = /Credential=[^/]+\/([^,]+),.*Signature=(\w+)/.exec(authorization) ?? [];
  return { signingKeyHex: signingKeyHex(key, scope), amzDate, scope, seed };
};
