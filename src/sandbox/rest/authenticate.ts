import type { TokenRecord, WorkspaceRecord } from '../accounts/accountState.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { RestError } from './restError.ts';

export interface Caller {
  readonly token: TokenRecord;
  readonly workspace: WorkspaceRecord;
}

const unauthorized = (message: string): RestError => new RestError('UNAUTHORIZED', message);

const bearerOf = (rawHeaders: readonly string[]): string => {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  const [value] = values;
  if (value === undefined) throw unauthorized('An access token is needed.');
  if (values.length > 1) throw unauthorized('There is more than one Authorization header.');
  if (/^AWS4?[- ]/i.test(value)) throw unauthorized('S3 access keys are not accepted by the REST API.');
  const [, token] = /^bearer +(\S+)$/i.exec(value) ?? [];
  if (token === undefined) throw unauthorized('The Authorization header is not "Bearer <token>".');
  return token;
};

/** @throws RestError UNAUTHORIZED */
export const authenticate = (accounts: Accounts, rawHeaders: readonly string[], nowMs: number): Caller => {
  const token = accounts.tokenByText(bearerOf(rawHeaders));
  if (token === undefined || token.expiresAtMs <= nowMs)
    throw unauthorized('The access token is invalid or expired.');
  const workspace = accounts.workspace(token.workspaceUid);
  if (workspace === undefined) throw unauthorized('The workspace of the access token is gone.');
  accounts.touch(token.uid);
  return { token, workspace };
};
