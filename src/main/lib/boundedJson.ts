/** Deeper than anything that we write. */
const MAX_DEPTH = 16;

const freezeWithin = (value: unknown, depth: number): void => {
  if (depth < 0) throw new SyntaxError('it is nested too deeply');
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) freezeWithin(inner, depth - 1);
  Object.freeze(value);
};

/**
 * JSON from elsewhere, frozen. Bounded in depth, so that what walks through it cannot be made to overflow the stack;
 * the caller bounds the length.
 * @throws SyntaxError, which may quote the text: it is not for messages
 */
export const parseBoundedJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  freezeWithin(value, MAX_DEPTH);
  return value;
};
