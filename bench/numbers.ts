export const MEBIBYTE = 1024 ** 2;
export const GIBIBYTE = 1024 ** 3;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** @param share from 0 to 1 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export const formatCount = (value: number): string => Math.round(value).toLocaleString('en-US');
export const formatMs = (ms: number): string => `${ms.toFixed(2)} ms`;
export const formatRatio = (ratio: number): string => `${ratio.toFixed(2)} ×`;
export const formatMebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;
