import { redactingLogger } from '../lib/redactingLogger.ts';
import type { Clock, Logger, LogLevel } from '../ports.ts';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

interface StreamLoggerOptions {
  readonly clock: Clock;
  /** The least important level that is still written. */
  readonly level: LogLevel;
  readonly stream?: { write(line: string): unknown };
}

/** JSON lines, redacted; to stderr, so that stdout stays what commands promise. */
export const createStreamLogger = ({ clock, level, stream = process.stderr }: StreamLoggerOptions): Logger =>
  redactingLogger({
    log(of, message, fields = {}) {
      if (levels.indexOf(of) < levels.indexOf(level)) return;
      const at = new Date(clock.now()).toISOString();
      stream.write(`${JSON.stringify({ ...fields, at, level: of, message })}\n`);
    },
  });
