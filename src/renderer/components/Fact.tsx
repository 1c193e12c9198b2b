import type { ReactNode } from 'react';

/** Two columns: what it is, and its value. */
export const Facts = ({ children }: { readonly children: ReactNode }) => (
  <dl className="grid items-baseline grid-cols-[112px_minmax(0,1fr)] gap-x-3 gap-y-1.5 [&_button]:-my-1">
    {children}
  </dl>
);

export const Fact = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-muted">{label}</dt>
    <dd className="selectable min-w-0 wrap-break-word">{children}</dd>
  </>
);

interface SectionProps {
  readonly title: string;
  /** One below that of what it is in. */
  readonly heading?: 'h2' | 'h3';
  readonly children: ReactNode;
}

export const Section = ({ title, heading: Heading = 'h3', children }: SectionProps) => (
  <section className="space-y-2">
    <Heading className="text-sm font-semibold text-muted">{title}</Heading>
    {children}
  </section>
);
