/**
 * Gives out every piece once the next one is there, and the last one when the source has come to its good end. A body
 * that turns out false is never sent whole, so that no object comes of it, wherever it was cut.
 */
export async function* withheldEnd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer | null = null;
  for await (const piece of source) {
    if (held !== null) yield held;
    held = piece;
  }
  if (held !== null) yield held;
}
