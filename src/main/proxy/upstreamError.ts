import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';

const unreachable =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/;
const timeout = /^(?:ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const tls =
  /^(?:ERR_TLS_.*|ERR_SSL_.*|EPROTO|CERT_.*|CRL_.*|UNABLE_TO_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)$/;
/** This process may open no more files, and a connection is one. */
const exhausted = /^E[MN]FILE$/;
const broken =
  /^(?:UND_ERR_(?:SOCKET|RES_.*|HEADERS_OVERFLOW|INFO|ABORTED|DESTROYED|CLOSED|REQ_.*)|HPE_.*|E[A-Z]+)$/;

/** What a failure on the way to or from the upstream means; INTERNAL for what can only be a bug of ours. */
export const failureCode = (error: unknown): ErrorCode => {
  if (error instanceof AppError) return error.code;
  const code = systemCode(error) ?? '';
  if (exhausted.test(code)) return 'TOO_MANY_REQUESTS';
  if (unreachable.test(code)) return 'UPSTREAM_UNREACHABLE';
  if (tls.test(code)) return 'UPSTREAM_TLS';
  if (timeout.test(code)) return 'UPSTREAM_TIMEOUT';
  // The parser of the replies does not always have a code to give.
  const isMalformed = error instanceof Error && error.name === 'HTTPParserError';
  return isMalformed || broken.test(code) ? 'UPSTREAM_BROKEN' : 'INTERNAL';
};
