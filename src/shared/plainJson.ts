const MAX_DEPTH = 16;
const MAX_NODES = 200_000;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const isPlainObject = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/**
 * A copy of `value` that holds nothing but null, booleans, finite numbers, strings, arrays and plain objects, the way
 * JSON would carry it; absent fields are left out. Anything else is refused, not converted: a function, a getter, a
 * class instance or a prototype key in a message is an attack or a bug.
 * @throws TypeError that names no value
 */
export const plainCopy = (value: unknown): unknown => {
  let nodes = 0;

  const copyObject = (source: object, depth: number): unknown => {
    if (!isPlainObject(source)) throw new TypeError('only plain objects can be sent');
    const copy: Record<string, unknown> = {};
    for (const key of Reflect.ownKeys(source)) {
      if (typeof key === 'symbol' || forbiddenKeys.has(key))
        throw new TypeError('a field has a forbidden name');
      const field = Object.getOwnPropertyDescriptor(source, key);
      if (field === undefined || !('value' in field)) throw new TypeError('only plain fields can be sent');
      if (field.value !== undefined) copy[key] = copyNode(field.value, depth + 1);
    }
    return copy;
  };

  const copyNode = (source: unknown, depth: number): unknown => {
    nodes += 1;
    if (depth > MAX_DEPTH || nodes > MAX_NODES)
      throw new TypeError('the message is nested too deeply or too large');
    if (source === null || typeof source === 'string' || typeof source === 'boolean') return source;
    if (typeof source === 'number' && Number.isFinite(source)) return source;
    if (Array.isArray(source)) return Array.from(source, (item) => copyNode(item, depth + 1));
    if (typeof source === 'object') return copyObject(source, depth);
    throw new TypeError(`a ${typeof source} cannot be sent`);
  };

  return copyNode(value, 0);
};
