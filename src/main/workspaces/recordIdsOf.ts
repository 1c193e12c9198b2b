/** Ids of all that belongs to a workspace and goes with it, of whatever kind it is: none has to be thought of. */
export const recordIdsOf = (
  records: readonly { readonly id: string; readonly meta: unknown }[],
  workspaceId: string,
): string[] =>
  records
    .filter(
      ({ meta }) =>
        typeof meta === 'object' &&
        meta !== null &&
        'workspaceId' in meta &&
        meta.workspaceId === workspaceId,
    )
    .map(({ id }) => id);
