/** The mark: a keyhole in a loop. */
export const Brand = ({ className }: { readonly className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden className={className}>
    <rect width="32" height="32" rx="8" className="fill-accent" />
    <path
      d="M16 7.5a8.5 8.5 0 1 1-6 2.5"
      fill="none"
      strokeWidth="2.5"
      strokeLinecap="round"
      className="stroke-on-accent"
    />
    <path
      d="M16 12.2a2.7 2.7 0 0 1 1.4 5l.9 3.6h-4.6l.9-3.6a2.7 2.7 0 0 1 1.4-5Z"
      className="fill-on-accent"
    />
  </svg>
);
