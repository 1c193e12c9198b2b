import { ShownOnce } from './ShownOnce.tsx';

export const ShowRecoveryKeyDialog = ({ revealId }: { readonly revealId: string }) => (
  <ShownOnce
    title="Your recovery key is ready"
    description="It can be read here once, and never again. Write it down, or print it, and keep it away from this machine."
    sealed="It opens the vault from now on, and no earlier recovery key does."
    label="Recovery key"
    revealId={revealId}
    whenGone="Make another one; that ends this one."
    whenUncopied="If you have not written it down, make another one; that ends this one."
  />
);
