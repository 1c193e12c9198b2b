import { errorTable, isErrorCode, type WireError } from '../../shared/errorCodes.ts';

const isWireError = (value: unknown): value is WireError =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  isErrorCode(value.code) &&
  'message' in value &&
  'hint' in value;

/** Whatever was thrown, as something that can be shown. A bug is shown as one, without its own words. */
export const asWireError = (thrown: unknown): WireError => {
  if (isWireError(thrown)) return thrown;
  const { because, try: hint } = errorTable.INTERNAL;
  return { code: 'INTERNAL', message: because, hint };
};
