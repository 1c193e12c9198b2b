/** Deeper than anything that we write. */
const MAX_DEPTH = 16;

/** Without lists of keys or values, and not called for a leaf: whenever a vault is opened, all its metadata comes by. */
const freezeWithin = (value: object, depth: number): void => {
  if (depth < 0) throw new SyntaxError('it is nested too deeply');
  if (Array.isArray(value)) for (const inner of value) freezeInner(inner, depth);
  else for (const key in value) freezeInner(value[key as keyof object], depth);
  Object.freeze(value);
};

const freezeInner = (inner: unknown, depth: number): void => {
  if (typeof inner === 'object' && inner !== null) freezeWithin(inner, depth - 1);
};

/**
 * JSON from elsewhere, frozen. Bounded in depth, so that what walks through it cannot be made to overflow the stack;
 * the caller bounds the length.
 * @throws SyntaxError, which may quote the text: it is not for messages
 */
export const parseBoundedJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  freezeInner(value, MAX_DEPTH + 1);
  return value;
};
