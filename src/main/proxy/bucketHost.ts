import type { Identity } from './identify.ts';

/**
 * A request to `<bucket>.localhost`, once its signature is verified with the Host as it was sent, goes on as the same
 * request in path style. Unproven it is what any other wrong Host is: a name that someone else may have pointed here.
 *
 * @param bucket null: the Host names none
 */
export const inPathStyle = (bucket: string | null, identity: Identity): Identity => {
  if (bucket === null) return identity;
  if (identity.kind === 'refuse')
    return identity.code === 'AUTH_STALE' ? identity : { kind: 'refuse', code: 'HOST_REFUSED' };
  const { request } = identity;
  return { ...identity, request: { ...request, rawPath: `/${bucket}${request.rawPath}` } };
};
