import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at its first size. A proxied body passes as 64 KiB buffers that are garbage at once,
 * held only by tiny young objects; the larger the young generation grows, the longer hundreds of megabytes of them
 * linger. Small, it is collected often and cheaply: less memory, and measurably faster bulk transfers.
 * The flag is read when the generation would grow, so that setting it in a running process is sound.
 */
export const keepYoungHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
