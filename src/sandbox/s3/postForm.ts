import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Busboy from '@fastify/busboy';
import { S3Error } from './s3Error.ts';

/** A form up to its file. Text holds one character per byte. */
export interface PostForm {
  /** Lower-case name to value. */
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly file: Readable;
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Resolves at the file; what follows it in the form is not read. @throws S3Error */
export const readPostForm = (message: IncomingMessage): Promise<PostForm> =>
  new Promise((resolve, reject) => {
    const { 'content-type': contentType = '' } = message.headers;
    const parser = new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: 64 * 1024, fields: 200, files: 1 },
    });
    const fields = new Map<string, string>();
    let file: Readable | null = null;
    const fail = (): void => {
      const error = new S3Error('MalformedPOSTRequest');
      file?.destroy(error);
      reject(error);
    };
    parser.on('field', (name, value, isNameCut, isValueCut) => {
      const lowerCaseName = name.toLowerCase();
      if (file !== null) return;
      if (isNameCut || isValueCut || fields.has(lowerCaseName)) fail();
      else fields.set(lowerCaseName, bytesOf(value));
    });
    parser.on('file', (name, stream, filename) => {
      file = stream;
      // Who stores it may have ended before.
      stream.on('error', () => undefined);
      if (name.toLowerCase() !== 'file') fail();
      else resolve({ fields, filename: bytesOf(filename ?? ''), file: stream });
    });
    parser.on('finish', () => file === null && fail());
    // The connection outlives a refused form: the answer still has to go out on it.
    pipeline(message.iterator({ destroyOnReturn: false }), parser).catch(fail);
  });
