/** The polynomial of NVMe, reversed, in two halves: the loop is free of BigInt, which would be ten times slower. */
const POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };
const STRIDE = 8;

/** Row k is the step over a byte that is followed by k zero bytes: eight bytes then take one round ("slice by 8"). */
const table = (() => {
  const high = new Uint32Array(STRIDE * 256);
  const low = new Uint32Array(STRIDE * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let upper = 0;
    let lower = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (lower & 1) === 1;
      lower = (lower >>> 1) | (upper << 31);
      upper >>>= 1;
      if (isOdd) {
        lower ^= POLYNOMIAL.low;
        upper ^= POLYNOMIAL.high;
      }
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  for (let at = 256; at < low.length; at += 1) {
    const upper = high[at - 256] as number;
    const lower = low[at - 256] as number;
    low[at] = ((lower >>> 8) | (upper << 24)) ^ (low[lower & 0xff] as number);
    high[at] = (upper >>> 8) ^ (high[lower & 0xff] as number);
  }
  return { high, low };
})();

/** CRC-64/NVME of all that it is given. */
export class Crc64Nvme {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (const end = bytes.length - STRIDE; at <= end; at += STRIDE) {
      const a = low ^ littleEndian(bytes, at);
      const b = high ^ littleEndian(bytes, at + 4);
      high = xorOfSteps(table.high, a, b);
      low = xorOfSteps(table.low, a, b);
    }
    for (; at < bytes.length; at += 1) {
      const index = (low ^ (bytes[at] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (table.low[index] as number);
      high = (high >>> 8) ^ (table.high[index] as number);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, the highest first. */
  base64(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(~this.#high >>> 0);
    bytes.writeUInt32BE(~this.#low >>> 0, 4);
    return bytes.toString('base64');
  }
}

const xorOfSteps = (half: Uint32Array, a: number, b: number): number =>
  (half[0x700 | (a & 0xff)] as number) ^
  (half[0x600 | ((a >>> 8) & 0xff)] as number) ^
  (half[0x500 | ((a >>> 16) & 0xff)] as number) ^
  (half[0x400 | (a >>> 24)] as number) ^
  (half[0x300 | (b & 0xff)] as number) ^
  (half[0x200 | ((b >>> 8) & 0xff)] as number) ^
  (half[0x100 | ((b >>> 16) & 0xff)] as number) ^
  (half[b >>> 24] as number);

const littleEndian = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);
