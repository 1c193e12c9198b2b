import type { Logger, LogLevel } from '../../src/main/ports.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** Keeps every line as it was given, unredacted: a test can see what would have leaked. */
export class MemoryLogger implements Logger {
  readonly lines: LogLine[] = [];

  log(level: LogLevel, message: string, fields: LogLine['fields'] = {}): void {
    this.lines.push({ level, message, fields });
  }

  get text(): string {
    return this.lines.map((line) => JSON.stringify(line)).join('\n');
  }
}
