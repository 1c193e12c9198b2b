/**
 * Reads a body to its end, as UTF-8. Its bytes are wiped: what a service answers may be a secret.
 * @returns null when it is larger than `maxBytes`; the rest is then not read
 */
export const readBoundedText = async (
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  const text = whole.toString('utf8');
  for (const read of [whole, ...chunks]) read.fill(0);
  return text;
};
