import type { ConnectionKind } from '../../shared/contract/connections.ts';
import { AppError } from '../lib/appError.ts';

/** What a person may narrow a connection to; undefined: no limit of this kind. */
export interface WantedLimits {
  readonly kind: ConnectionKind;
  readonly readOnly?: boolean | undefined;
  readonly buckets?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
  readonly route?: string | undefined;
  readonly methods?: readonly string[] | undefined;
}

export interface Limits {
  readonly readOnly: boolean;
  readonly buckets: string[] | null;
  readonly prefix: string | null;
  readonly route: string | null;
  readonly methods: string[] | null;
}

/** @throws AppError INVALID_INPUT for a limit that means nothing on this kind: it would protect nothing */
export const limitsOf = (wanted: WantedLimits): Limits => {
  if (wanted.kind === 'api' && (wanted.buckets !== undefined || wanted.prefix !== undefined)) {
    throw new AppError('INVALID_INPUT', { detail: 'Buckets and prefix are for connections of kind s3.' });
  }
  if (wanted.kind === 's3' && wanted.route !== undefined) {
    throw new AppError('INVALID_INPUT', { detail: 'A route is for connections of kind api.' });
  }
  return {
    readOnly: wanted.readOnly ?? false,
    buckets: wanted.buckets === undefined ? null : [...new Set(wanted.buckets)],
    prefix: wanted.prefix ?? null,
    route: wanted.route ?? null,
    methods: wanted.methods === undefined ? null : [...new Set(wanted.methods)],
  };
};

/** Nothing but reading passes. */
export const onlyReads = ({ readOnly, methods }: Limits): boolean =>
  readOnly || (methods?.every((method) => method === 'GET' || method === 'HEAD') ?? false);
