export const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';

/** What a signing key is good for. */
export interface CredentialScope {
  /** YYYYMMDD */
  readonly dateStamp: string;
  readonly region: string;
  readonly service: string;
}

export const scopeText = ({ dateStamp, region, service }: CredentialScope): string =>
  `${dateStamp}/${region}/${service}/${TERMINATOR}`;

export interface ScopedCredential extends CredentialScope {
  readonly accessKeyId: string;
}

/** Reads `<access key id>/<date>/<region>/<service>/aws4_request`; the access key id may hold slashes. */
export const parseCredential = (text: string): ScopedCredential | null => {
  const [, accessKeyId, dateStamp, region, service] = credential.exec(text) ?? [];
  if (accessKeyId === undefined || dateStamp === undefined || region === undefined || service === undefined)
    return null;
  return { accessKeyId, dateStamp, region, service };
};

const word = '[!-.0-~]{1,128}';
const credential = new RegExp(`^([!-~]{1,128})/(\\d{8})/(${word})/(${word})/${TERMINATOR}$`);
