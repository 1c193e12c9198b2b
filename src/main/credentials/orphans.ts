import type { Credential } from '../../shared/contract/credentials.ts';

/** What the service lists, as far as it tells which of our credentials it is. */
export interface Listed {
  readonly uid: string;
  readonly name: string;
  readonly createdAt: string | null;
  /** Begins the text of an access token. */
  readonly prefix?: string | null | undefined;
  readonly accessKeyId?: string | undefined;
}

/** A credential of the vault. */
export interface Known {
  readonly credential: Pick<Credential, 'kind' | 'uid'> & { readonly accessKeyId?: string | undefined };
  /** Whether its token begins so. */
  beginsWith(prefix: string): boolean;
}

/** By how much the clocks of the service and of this machine may differ. */
const SKEW_MS = 5 * 60_000;
/** What all tokens begin with says nothing about one of them. */
const COMMON_PREFIX = 'nfyio_at_';

/** Whether both are one and the same, by the id of the service or by what of the secret may be seen. */
export const isSame = ({ credential, beginsWith }: Known, listed: Listed): boolean => {
  if (credential.uid !== null) return credential.uid === listed.uid;
  if (credential.kind === 'key') return credential.accessKeyId === listed.accessKeyId;
  const { prefix } = listed;
  return typeof prefix === 'string' && prefix.length > COMMON_PREFIX.length && beginsWith(prefix);
};

/** What a mint may have left at the service: of its name, of its time, and nobody's. */
export const orphansOf = <Candidate extends Listed>(
  intent: { readonly name: string; readonly startedAt: string },
  listed: readonly Candidate[],
  known: readonly Known[],
): Candidate[] =>
  listed
    .filter(({ name }) => name === intent.name)
    .filter(
      ({ createdAt }) =>
        createdAt === null || Date.parse(createdAt) >= Date.parse(intent.startedAt) - SKEW_MS,
    )
    .filter((candidate) => known.every((one) => !isSame(one, candidate)));
