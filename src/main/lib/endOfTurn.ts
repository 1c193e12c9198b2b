let turn: Promise<void> | null = null;

/**
 * Resolves when everything that has arrived has been read, for all who wait at once: what they write goes out one
 * behind the other. Writing to a program that sleeps costs twice as much as writing to one that is awake, so that it
 * should not have the time to fall asleep in between.
 */
export const endOfTurn = (): Promise<void> => {
  turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = null;
      resolve();
    }),
  );
  return turn;
};
