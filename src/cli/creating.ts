import type { CallOutput } from '../shared/contract/contract.ts';
import type { Call } from './client.ts';
import { credentialDocument } from './documents.ts';
import type { Invocation } from './invocation.ts';
import { WireFailure } from './output.ts';

/** What creating a token and creating a key have in common. */

type Created = CallOutput<'token.create' | 'key.create'>;

/** Its secret under the name that it has in the answer. */
const taken = async (call: Call, revealId: string): Promise<Readonly<Record<string, string>>> => {
  const revealed = await call('reveal.take', { revealId });
  if (revealed.kind === 'token') return { token: revealed.token };
  return revealed.kind === 'key' ? { secretAccessKey: revealed.secretAccessKey } : {};
};

/**
 * Answers with what was created, and with its secret where that is wanted.
 * @throws WireFailure when the vault could not keep the secret, after the answer if that holds the only copy
 */
export const answerCreated = async (
  { answer, withVault }: Invocation,
  isRevealed: boolean,
  create: (call: Call) => Promise<Created>,
): Promise<void> => {
  const { credential, unsealed, secret } = await withVault(async (call) => {
    const created = await create(call);
    return { ...created, secret: isRevealed ? await taken(call, created.revealId) : {} };
  });
  const shown = Object.values(secret);
  if (unsealed !== null && shown.length === 0) throw new WireFailure(unsealed);
  answer({ credential: credentialDocument(credential), ...secret }, () =>
    [
      unsealed?.message ?? `Created ${credential.kind} ${credential.name}; it is sealed in the vault.`,
      ...shown,
    ].join('\n'),
  );
  if (unsealed !== null) throw new WireFailure(unsealed);
};
