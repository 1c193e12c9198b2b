import type { Credential } from '../../shared/contract/credentials.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { ShownOnce } from './ShownOnce.tsx';

interface ShowOnceDialogProps {
  readonly credential: Credential;
  readonly revealId: string;
  /** The vault could not keep it: what is shown is the only copy. */
  readonly isUnsealed: boolean;
}

const sealedWords = {
  sealed: 'Already sealed in your vault: connections can use it without anybody reading it.',
  whenGone: 'It works through connections all the same.',
  whenUncopied: 'You will not be able to read it again; tools can still use it through the vault.',
};
const unsealedWords = {
  sealed: 'Not in your vault: it could not be written there. This is the only copy.',
  whenGone: 'It is lost: nobody can read it again.',
  whenUncopied: 'It is the only copy: neither you nor your tools can use it later.',
};

export const ShowOnceDialog = ({ credential, revealId, isUnsealed }: ShowOnceDialogProps) => {
  const isToken = credential.kind === 'token';
  return (
    <ShownOnce
      {...(isUnsealed ? unsealedWords : sealedWords)}
      title={isUnsealed ? `Copy “${credential.name}” now` : `“${credential.name}” is ready`}
      description={`${isToken ? 'This token' : 'This secret'} can be read here once, and never again.`}
      label={isToken ? 'Access token' : 'Secret access key'}
      revealId={revealId}
    >
      {credential.kind === 'key' && (
        <div className="space-y-1">
          <p className="text-sm font-medium">Access key id</p>
          <div className="flex items-center rounded-lg border border-line bg-sunken pr-1">
            <code className="selectable flex-1 px-3 py-2 font-mono text-sm">{credential.accessKeyId}</code>
            <CopyButton label="access key id" text={credential.accessKeyId} />
          </div>
        </div>
      )}
    </ShownOnce>
  );
};
