const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @param hostname as a URL has it */
export const isLoopbackHost = (hostname: string): boolean => loopbackHosts.has(hostname);
