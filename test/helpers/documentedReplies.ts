import type { Json } from './describedApi.ts';

export type Fullness = 'least' | 'most';

const merged = (schemas: readonly Json[]): Json => ({
  type: 'object',
  required: schemas.flatMap(({ required = [] }) => required),
  properties: Object.assign({}, ...schemas.map(({ properties }) => properties)),
});

const text = ({ format, pattern }: Json): string => {
  if (format === 'uuid') return '5a9d0b0e-0000-4000-8000-0000000000aa';
  return pattern?.startsWith('^\\d{4}') === true ? '2026-11-23T12:00:00.000Z' : 'some text';
};

/**
 * A value of the schema: with everything that it names, or with nothing that may be absent, empty or null. Only as
 * much of JSON Schema as the document uses; the validator judges what comes out.
 */
export const documentedValue = (schema: Json, fullness: Fullness): Json => {
  const isFull = fullness === 'most';
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum.at(isFull ? -1 : 0);
  if (schema.anyOf !== undefined) return documentedValue(schema.anyOf.at(isFull ? 0 : -1), fullness);
  if (schema.allOf !== undefined) return documentedValue(merged(schema.allOf), fullness);
  const type = Array.isArray(schema.type) ? schema.type.at(isFull ? 0 : -1) : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries<Json>(schema.properties ?? {})
          .filter(([name]) => isFull || schema.required?.includes(name))
          .map(([name, inner]) => [name, documentedValue(inner, fullness)]),
      );
    case 'array':
      return isFull ? [documentedValue(schema.items, fullness)] : [];
    case 'integer':
      return schema.minimum ?? 1;
    case 'string':
      return text(schema);
    default:
      return null;
  }
};
