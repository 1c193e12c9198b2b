import { createHash } from 'node:crypto';
import { type ChunkSigner, chunkSignature, trailerSignature } from '../../main/sigv4/chunkSignature.ts';
import { signatureEquals } from '../../main/sigv4/signature.ts';
import { ByteReader } from './byteReader.ts';
import { S3Error } from './s3Error.ts';

export interface ChunkedBody {
  /** null: the chunks carry no signatures. */
  readonly signer: ChunkSigner | null;
  /** The signature of the request, from which the chain starts. */
  readonly seedSignature: string;
  readonly hasTrailer: boolean;
  readonly decodedLength: number;
  onTrailer(name: string, value: string): void;
}

const MAX_CHUNK_HEADER_BYTES = 256;
const MAX_TRAILER_LINE_BYTES = 8192;
const MAX_TRAILERS = 8;

/**
 * Takes `aws-chunked` framing off. Data is handed on before its chunk is proven, so nothing may be made of it until
 * the generator has ended without an error.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
): AsyncGenerator<Buffer, void> {
  const reader = new ByteReader(source);
  try {
    yield* decode(reader, body);
  } finally {
    await reader.close();
  }
}

async function* decode(reader: ByteReader, body: ChunkedBody): AsyncGenerator<Buffer, void> {
  const isSigned = body.signer !== null;
  const proof = new ChunkProof(body);
  let length = 0;
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line(MAX_CHUNK_HEADER_BYTES), isSigned);
    length += size;
    if (length > body.decodedLength) throw new S3Error('IncompleteBody');
    const hash = createHash('sha256');
    for await (const data of reader.take(size)) {
      if (isSigned) hash.update(data);
      yield data;
    }
    proof.checkChunk(signature, hash.digest('hex'));
    if (size === 0) break;
    if ((await reader.line(0)) !== '') throw malformed();
  }
  await readTrailer(reader, body, proof);
  if (length !== body.decodedLength || !(await reader.isAtEnd())) throw new S3Error('IncompleteBody');
}

const malformed = (): S3Error =>
  new S3Error('InvalidRequest', 'The aws-chunked framing of the body is malformed.');

const parseChunkHeader = (line: string, isSigned: boolean): { size: number; signature: string } => {
  const pattern = isSigned ? /^([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})$/ : /^([0-9a-fA-F]{1,12})$/;
  const [, size, signature = ''] = pattern.exec(line) ?? [];
  if (size === undefined) throw malformed();
  return { size: Number.parseInt(size, 16), signature };
};

const readTrailer = async (reader: ByteReader, body: ChunkedBody, proof: ChunkProof): Promise<void> => {
  let signed = '';
  let signature: string | null = null;
  for (let count = 0; ; count += 1) {
    const line = await reader.line(MAX_TRAILER_LINE_BYTES);
    if (line === '') break;
    const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || count === MAX_TRAILERS || !body.hasTrailer)
      throw malformed();
    if (name.toLowerCase() === 'x-amz-trailer-signature') signature = value;
    else {
      signed += `${name.toLowerCase()}:${value}\n`;
      body.onTrailer(name.toLowerCase(), value);
    }
  }
  if (body.hasTrailer) proof.checkTrailer(signature ?? '', signed);
};

/** The chain of signatures through a body. */
class ChunkProof {
  readonly #signer: ChunkSigner | null;
  #previous: string;

  constructor({ signer, seedSignature }: ChunkedBody) {
    this.#signer = signer;
    this.#previous = seedSignature;
  }

  checkChunk(given: string, sha256: string): void {
    if (this.#signer === null) return;
    this.#accept(given, chunkSignature(this.#signer, this.#previous, sha256));
  }

  checkTrailer(given: string, trailer: string): void {
    if (this.#signer === null) return;
    this.#accept(given, trailerSignature(this.#signer, this.#previous, trailer));
  }

  #accept(given: string, expected: string): void {
    if (!signatureEquals(expected, given)) throw new S3Error('SignatureDoesNotMatch');
    this.#previous = given;
  }
}
