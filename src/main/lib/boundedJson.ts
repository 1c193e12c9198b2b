/** Deeper than anything that we write. */
const MAX_DEPTH = 16;

const children = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

/**
 * JSON from elsewhere. Bounded in depth, so that what walks through it cannot be made to overflow the stack; the
 * caller bounds the length.
 * @throws SyntaxError, which may quote the text: it is not for messages
 */
export const parseBoundedJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new SyntaxError('it is nested too deeply');
    level = level.flatMap(children);
  }
  return value;
};
