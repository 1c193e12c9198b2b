import type { IncomingMessage } from 'node:http';
import { AppError } from '../lib/appError.ts';

/**
 * The body as it arrives. Stopping early leaves the socket alone, so that a reply can still be given on it.
 * @throws AppError BODY_TOO_LARGE
 */
export async function* incomingBody(
  incoming: IncomingMessage,
  maxBytes: number,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false });
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    onBytes(chunk.length);
    if (size > maxBytes) throw new AppError('BODY_TOO_LARGE');
    yield chunk;
  }
}
