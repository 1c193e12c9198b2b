import { vi } from 'vitest';

/** Looks until nothing fails any more. A busy machine may take its time: the second that vitest gives is too short. */
export const eventually = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: 20_000, interval: 5 });
