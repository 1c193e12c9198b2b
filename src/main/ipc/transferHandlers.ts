import { Secret } from '../lib/secret.ts';
import type { Exporting } from '../transfer/exporting.ts';
import type { Importing } from '../transfer/importing.ts';
import type { SourceReplacing } from '../transfer/sourceReplacing.ts';
import type { HandlersOf } from './handlersOf.ts';
import { proofOf } from './proofOf.ts';

type Names =
  | 'export.sealed'
  | 'export.plain'
  | 'import.preview'
  | 'import.apply'
  | 'import.replaceSource'
  | 'import.discard';

interface TransferServices {
  readonly exporting: Exporting;
  readonly importing: Importing;
  readonly sourceReplacing: SourceReplacing;
}

export const transferHandlers = ({
  exporting,
  importing,
  sourceReplacing,
}: TransferServices): HandlersOf<Names> => ({
  'export.sealed': ({ proof, passphrase, ...wanted }) =>
    exporting.sealed({ ...wanted, proof: proofOf(proof), passphrase: Secret.of(passphrase) }),
  'export.plain': ({ proof, ...wanted }) => exporting.plain({ ...wanted, proof: proofOf(proof) }),

  'import.preview': ({ passphrase, ...wanted }) =>
    importing.preview({
      ...wanted,
      passphrase: passphrase === undefined ? undefined : Secret.of(passphrase),
    }),
  'import.apply': async ({ importId, chosen, keys }) => ({
    imported: await importing.apply(importId, chosen, keys),
  }),
  'import.replaceSource': ({ importId, how }) => sourceReplacing.replace(importId, how),
  'import.discard': ({ importId }) => {
    importing.discard(importId);
    return { done: true };
  },
});
