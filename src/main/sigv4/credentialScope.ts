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
  const fields = text.split('/');
  const [dateStamp = '', region = '', service = '', terminator] = fields.slice(-4);
  const accessKeyId = fields.slice(0, -4).join('/');
  const isWellFormed =
    terminator === TERMINATOR && /^\d{8}$/.test(dateStamp) && [accessKeyId, region, service].every(isWord);
  return isWellFormed ? { accessKeyId, dateStamp, region, service } : null;
};

const isWord = (text: string): boolean => /^[\x21-\x7e]{1,128}$/.test(text);
