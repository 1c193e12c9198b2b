import type { StoredObject } from '../objects/bucket.ts';

export interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

export type ConditionResult = 'proceed' | 'notModified' | 'failed';

/** RFC 9110 order: an entity tag wins over a date. `object` undefined: nothing is stored there. */
export const checkConditions = (
  conditions: Conditions,
  object: StoredObject | undefined,
): ConditionResult => {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object)) return 'failed';
  } else if (object !== undefined && isAfter(object, ifUnmodifiedSince) === true) return 'failed';
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object) ? 'notModified' : 'proceed';
  return object !== undefined && isAfter(object, ifModifiedSince) === false ? 'notModified' : 'proceed';
};

const matches = (list: string, object: StoredObject | undefined): boolean => {
  if (object === undefined) return false;
  const tags = list.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''));
  return tags.includes('*') || tags.includes(object.etag);
};

/** HTTP dates know whole seconds. null: no date was given, or none that can be read. */
const isAfter = ({ modifiedAtMs }: StoredObject, date: string | undefined): boolean | null => {
  const dateMs = Date.parse(date ?? '');
  return Number.isNaN(dateMs) ? null : Math.floor(modifiedAtMs / 1000) > Math.floor(dateMs / 1000);
};
