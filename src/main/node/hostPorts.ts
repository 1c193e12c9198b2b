interface ChosenPorts {
  readonly apiPort?: number | undefined;
  readonly s3Port?: number | undefined;
}

/** Where a host listens. Who asks for a free port (0) wants nothing fixed. */
export const hostPorts = ({ apiPort = 7470, s3Port = 7471 }: ChosenPorts) => {
  const isFree = apiPort === 0 || s3Port === 0;
  return {
    apiPort,
    s3Port,
    uiPort: isFree ? 0 : 7472,
    sandboxPorts: isFree ? { api: 0, s3: 0 } : { api: 7473, s3: 7474 },
  };
};
