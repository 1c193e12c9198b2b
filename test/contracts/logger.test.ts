import { describe, expect, it } from 'vitest';
import { redactingLogger } from '../../src/main/lib/redactingLogger.ts';
import { createStreamLogger } from '../../src/main/node/streamLogger.ts';
import type { Logger, LogLevel } from '../../src/main/ports.ts';
import { FakeClock } from '../helpers/fakeClock.ts';
import { type LogLine, MemoryLogger } from '../helpers/memoryLogger.ts';

interface Subject {
  readonly logger: Logger;
  readonly lines: () => readonly LogLine[];
}

const stream = (level: LogLevel = 'debug'): Subject & { readonly written: () => string } => {
  const chunks: string[] = [];
  const logger = createStreamLogger({
    clock: new FakeClock(),
    level,
    stream: { write: (chunk) => chunks.push(chunk) },
  });
  const written = (): string => chunks.join('');
  const lines = (): LogLine[] =>
    written()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map(({ at, level: of, message, ...fields }) => ({ level: of, message, fields }));
  return { logger, lines, written };
};
const memory = (): Subject => {
  const logger = new MemoryLogger();
  return { logger, lines: () => logger.lines };
};
const redacting = (): Subject => {
  const sink = new MemoryLogger();
  return { logger: redactingLogger(sink), lines: () => sink.lines };
};

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

describe.each([
  ['the memory', memory],
  ['the redacting one', redacting],
  ['the stream', stream],
])('Logger: %s', (_, make) => {
  it('keeps every line of every level, in order, with and without fields', () => {
    const { logger, lines } = make();
    for (const level of levels) logger.log(level, `of ${level}`);
    const fields = { code: 'DISK_FULL', bytes: 12, ok: false, at_all: null };
    logger.log('warn', 'with fields', fields);
    expect(lines()).toEqual([
      ...levels.map((level) => ({ level, message: `of ${level}`, fields: {} })),
      { level: 'warn', message: 'with fields', fields },
    ]);
  });

  it('keeps a text of many lines as one line of the log', () => {
    const { logger, lines } = make();
    logger.log('info', 'first\nsecond\u2028third', { path: '/a\r\nb' });
    expect(lines()).toEqual([
      { level: 'info', message: 'first\nsecond\u2028third', fields: { path: '/a\r\nb' } },
    ]);
  });
});

describe.each([
  ['the redacting one', redacting],
  ['the stream', stream],
])('Logger that writes for people: %s', (_, make) => {
  it.each([
    ['an access token', 'nfyio_at_CANARY0123', 'token nfyio_at_CANARY0123, then'],
    ['a local token in a path', 'nfyio_lt_CANARY0123', '/~nfyio_lt_CANARY0123/api/chat'],
    ['a bearer header', 'CANARYbearer', 'Authorization: Bearer CANARYbearer'],
    ['a presigned query', 'CANARYsignature', '/demo/a?X-Amz-Signature=CANARYsignature&x=1'],
  ])('takes out %s, in the message, in a field and in the name of one', (_what, secret, text) => {
    const { logger, lines } = make();
    logger.log('error', text, { path: text, [text]: 1 });
    expect(JSON.stringify(lines())).not.toContain(secret);
    expect(lines()[0]?.message).toContain('[secret]');
  });
});

it('the stream leaves out what is less important than asked for, and says when it happened', () => {
  const { logger, lines, written } = stream('warn');
  for (const level of levels) logger.log(level, 'x');
  expect(lines().map(({ level }) => level)).toEqual(['warn', 'error']);
  expect(JSON.parse(written().split('\n')[0] ?? '').at).toBe('2026-01-01T00:00:00.000Z');
});

it('a field cannot pass itself off as the level, the time or the message of the line', () => {
  const { logger, written } = stream();
  logger.log('error', 'real', { level: 'debug', message: 'forged', at: 'never' });
  expect(JSON.parse(written())).toEqual({ level: 'error', message: 'real', at: '2026-01-01T00:00:00.000Z' });
});
