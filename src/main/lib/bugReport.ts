import type { Logger } from '../ports.ts';
import { AppError } from './appError.ts';

export type BugReport = (error: unknown) => void;

/** For what fails behind the back of everybody. Not the error's own message: it may carry a value. */
export const bugReporter =
  (logger: Logger): BugReport =>
  (error) =>
    logger.log('error', 'something that follows a change failed', {
      kind: error instanceof Error ? error.name : 'unknown',
    });

/** Of what nobody waits for: a failure of the world is not their news. */
export const unlessExpected =
  (report: BugReport): BugReport =>
  (error) => {
    if (!(error instanceof AppError)) report(error);
  };
