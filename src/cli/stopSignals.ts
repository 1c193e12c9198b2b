/** The first signal asks to stop; the second one ends the process without waiting. */
export const onStopSignal = (stop: () => void): void => {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // A library under `conf` answers a signal by sending it to its own process again: a second one nobody sent.
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      stop();
    });
  }
};
