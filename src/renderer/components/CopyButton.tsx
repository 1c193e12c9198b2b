import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { asWireError } from '../lib/wireError.ts';
import { useApp } from '../stores/appContext.tsx';
import { Button, IconButton } from './Button.tsx';

interface CopyButtonProps {
  /** What is copied, for its name: "Copy endpoint". */
  readonly label: string;
  readonly text: string;
  readonly wide?: boolean;
  /** It is cleared from the clipboard after a while. */
  readonly secret?: boolean;
}

const SAY_COPIED_MS = 1600;

/** Says "Copied" only once it has reached the clipboard. */
export const CopyButton = ({ label, text, wide = false, secret = false }: CopyButtonProps) => {
  const { clipboard } = useApp();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAY_COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await clipboard.copy(text, secret);
      setCopied(true);
    } catch (error) {
      toast.error('Nothing was copied', { description: asWireError(error).message });
    }
  };
  const icon = copied ? <Check aria-hidden className="text-good-ink" /> : <Copy aria-hidden />;
  const words = copied ? 'Copied' : `Copy ${label}`;
  return wide ? (
    <Button onClick={copy} aria-label={words}>
      {icon}
      {copied ? 'Copied' : 'Copy'}
    </Button>
  ) : (
    <IconButton label={words} onClick={copy}>
      {icon}
    </IconButton>
  );
};
