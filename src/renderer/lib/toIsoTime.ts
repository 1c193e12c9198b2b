/** What a `datetime-local` field holds, as the contract wants it. */
export const toIsoTime = (local: string | undefined): string | undefined =>
  local === undefined ? undefined : new Date(local).toISOString();
