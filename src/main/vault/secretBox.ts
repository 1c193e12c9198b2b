import { ByteWriter, sizedBytes } from './byteWriter.ts';
import { lengthOf, type Stretch, wholeOf } from './stretch.ts';

/** The box of a record's secret as it stands in the file: its length, and the box itself or nothing. */

const LENGTH_BYTES = 4;

export const NO_SECRET: Stretch = wholeOf(Buffer.alloc(LENGTH_BYTES));

export const secretOfBox = (box: Buffer): Stretch =>
  wholeOf(new ByteWriter(sizedBytes(box)).sized(box).all());

/** null when there is no secret. */
export const boxOfSecret = (secret: Stretch): Buffer | null =>
  lengthOf(secret) === LENGTH_BYTES ? null : secret.bytes.subarray(secret.start + LENGTH_BYTES, secret.end);
