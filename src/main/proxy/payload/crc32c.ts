const CASTAGNOLI_REVERSED = 0x82f63b78;
const STRIDE = 8;

/** Row k is the step over a byte that is followed by k zero bytes: eight bytes then take one round ("slice by 8"). */
const table = (() => {
  const steps = new Uint32Array(STRIDE * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI_REVERSED : crc >>> 1;
    steps[byte] = crc;
  }
  for (let at = 256; at < steps.length; at += 1) {
    const before = steps[at - 256] as number;
    steps[at] = (before >>> 8) ^ (steps[before & 0xff] as number);
  }
  return steps;
})();

const step = (row: number, byte: number): number => table[(row << 8) | (byte & 0xff)] as number;

/** CRC-32C (Castagnoli) of `bytes`, going on from `seed`. */
export const crc32c = (bytes: Uint8Array, seed: number): number => {
  let crc = ~seed;
  let at = 0;
  for (const end = bytes.length - STRIDE; at <= end; at += STRIDE) {
    const low = crc ^ littleEndian(bytes, at);
    const high = littleEndian(bytes, at + 4);
    crc =
      step(7, low) ^
      step(6, low >>> 8) ^
      step(5, low >>> 16) ^
      step(4, low >>> 24) ^
      step(3, high) ^
      step(2, high >>> 8) ^
      step(1, high >>> 16) ^
      step(0, high >>> 24);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ step(0, crc ^ (bytes[at] as number));
  return ~crc >>> 0;
};

const littleEndian = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);
