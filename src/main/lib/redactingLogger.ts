import type { Logger } from '../ports.ts';

/** A second net below the rule that no secret is logged: whatever has the shape of one is taken out. */
const shapes: readonly (readonly [shape: RegExp, replacement: string])[] = [
  [/\b(nfyio_[al]t)_[A-Za-z0-9_~.%-]+/g, '$1_[secret]'],
  [/\bNFYLOCAL[A-Za-z0-9]*/g, 'NFYLOCAL[id]'],
  [/\b(bearer)(\s+|%20)[^\s"',;]+/gi, '$1 [secret]'],
  [/\b((?:X-Amz-)?(?:Signature|Credential|Security-Token))(=|%3D)[^\s&,;"']+/gi, '$1$2[secret]'],
];

export const redact = (text: string): string =>
  shapes.reduce((left, [shape, replacement]) => left.replace(shape, replacement), text);

export const redactingLogger = (sink: Logger): Logger => ({
  log(level, message, fields) {
    if (fields === undefined) return sink.log(level, redact(message));
    const entries = Object.entries(fields).map(([name, value]) => [
      redact(name),
      typeof value === 'string' ? redact(value) : value,
    ]);
    sink.log(level, redact(message), Object.fromEntries(entries));
  },
});
