import type { Replacement } from '../lib/replacement.ts';

/** A dialog that may make a new credential in the place of an old one. */
export interface ReplacingProps {
  readonly replaces: Replacement | undefined;
}

export const ReplacesNote = ({ name }: { readonly name: string }) => (
  <p className="rounded-lg bg-accent-soft px-3 py-2.5 text-accent-ink">
    It takes the place of “{name}”: connect your tools to the new one, then delete the old one.
  </p>
);
