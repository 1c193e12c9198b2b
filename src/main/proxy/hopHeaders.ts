/** Of one connection only, whichever way a message goes (RFC 9110, section 7.6.1). `Connection` may name more. */
export const hopHeaders: readonly string[] = [
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
