/**
 * A request as it is on the wire. Every string holds one character per byte, as Node's HTTP parser gives them
 * (`latin1`): a UTF-8 header value is not decoded, so signing hashes the bytes that were or will be sent.
 */
export interface HttpRequestParts {
  readonly method: string;
  /** Exactly as on the wire, before `?`. */
  readonly rawPath: string;
  /** Exactly as on the wire, without `?`; empty when there is none. */
  readonly rawQuery: string;
  /** In order, duplicates kept. Names in any case. */
  readonly headers: readonly HeaderPair[];
}

export type HeaderPair = readonly [name: string, value: string];

/** Of the first header of that name. */
export const headerValue = (headers: readonly HeaderPair[], lowerCaseName: string): string | undefined => {
  for (const [name, value] of headers)
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return value;
  return undefined;
};

export const valuesOf = (headers: readonly HeaderPair[], lowerCaseName: string): string[] => {
  const values: string[] = [];
  for (const [name, value] of headers)
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) values.push(value);
  return values;
};

export const headerValues = (parts: HttpRequestParts, lowerCaseName: string): string[] =>
  valuesOf(parts.headers, lowerCaseName);
