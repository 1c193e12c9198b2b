import type { ErrorCode, WireError } from '../shared/errorCodes.ts';
import { errorTable, exitCodes } from '../shared/errorCodes.ts';

/** What a command prints. stdout carries the answer and nothing else; stderr carries failures and remarks. */

/** An answer of the host that was a failure. */
export class WireFailure extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(error: WireError) {
    super(error.message);
    this.name = 'WireFailure';
    this.code = error.code;
    this.hint = error.hint;
  }
}

const hasWireShape = (error: unknown): error is WireError =>
  error instanceof Error &&
  'code' in error &&
  'hint' in error &&
  Object.hasOwn(errorTable, String(error.code));

/** Anything thrown, in the words of the error table. A bug's own message may carry a value: it is not shown. */
export const toWireError = (error: unknown): WireError => {
  if (hasWireShape(error)) return { code: error.code, message: error.message, hint: error.hint };
  const { because, try: remedy } = errorTable.INTERNAL;
  return { code: 'INTERNAL', message: because, hint: remedy };
};

export const exitCodeOf = (error: WireError): number => exitCodes[errorTable[error.code].category];

export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

export const printWords = (words: string): void => {
  if (words !== '') process.stdout.write(`${words}\n`);
};

export const remark = (words: string): void => {
  process.stderr.write(`${words}\n`);
};

export const printError = (error: WireError, isJson: boolean): void => {
  process.stderr.write(
    isJson
      ? `${JSON.stringify({ error })}\n`
      : `${error.message}\n${error.hint}${error.hint === '' ? '' : ' '}(${error.code})\n`,
  );
};
