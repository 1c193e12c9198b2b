/**
 * Reads a body to its end, as UTF-8. Its bytes are wiped: what a service answers may be a secret.
 * @returns null when it is larger than `maxBytes`; the rest is then not read
 */
export const readBoundedText = async (
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<string | null> => {
  const read: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      read.push(chunk);
      size += chunk.length;
      if (size > maxBytes) return null;
    }
    const whole = Buffer.concat(read);
    read.push(whole);
    return whole.toString('utf8');
  } finally {
    for (const bytes of read) bytes.fill(0);
  }
};
