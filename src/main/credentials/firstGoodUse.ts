import type { Credential } from '../../shared/contract/credentials.ts';

/** What the proxy tells of one finished request. */
interface PassedRequest {
  readonly credential: Credential | null;
  readonly status: number;
  /** null unless the proxy answered itself. */
  readonly refusal: string | null;
}

/** Of a credential that nobody has seen work: the service took it. */
export const isFirstGoodUse = <Request extends PassedRequest>(
  request: Request,
): request is Request & { readonly credential: Credential } =>
  request.credential?.verification?.state === 'unverified' &&
  request.refusal === null &&
  request.status >= 200 &&
  request.status < 300;
