/** What the HTTP client in the host asks for. The other commands run on any Node that npm accepts. */
export const MINIMUM_NODE = '22.19';

export const isNodeRecent = (version: string): boolean => {
  const [wantedMajor = 0, wantedMinor = 0] = MINIMUM_NODE.split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
};
