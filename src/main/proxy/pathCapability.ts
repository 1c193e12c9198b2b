import { withoutTokens } from './misplacedToken.ts';

/** A base URL may carry the local token: `/~nfyio_lt_…/api/chat`. Some clients write `~` as `%7E`. */
export interface CapabilityPath {
  readonly token: string | null;
  /** Without the capability. */
  readonly rawPath: string;
}

export const splitCapability = (rawPath: string): CapabilityPath => {
  const [, token, rest = ''] = /^\/(?:~|%7[Ee])([^/]*)(\/.*)?$/.exec(rawPath) ?? [];
  return token === undefined ? { token: null, rawPath } : { token, rawPath: rest === '' ? '/' : rest };
};

/** The part that named the local token and was taken off, or empty. */
export const capabilityPrefix = (arrivedPath: string, path: string): string =>
  arrivedPath === path ? '' : (/^\/[^/]*/.exec(arrivedPath)?.[0] ?? '');

/** The path as activity may show it, whatever a tool put into it. */
export const pathForRecord = (kind: 's3' | 'api', rawPath: string): string => {
  const path = kind === 'api' ? splitCapability(rawPath).rawPath : rawPath;
  return withoutTokens(path).slice(0, 2048);
};
