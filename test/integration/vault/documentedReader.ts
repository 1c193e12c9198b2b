import { createDecipheriv, createHash, createHmac, hkdfSync, scryptSync } from 'node:crypto';

/**
 * A reader of the vault file written from docs/vault-format.md alone. It imports nothing of the product: what it
 * cannot read, the document does not say.
 */

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly revision: number;
  readonly meta: unknown;
}

export interface ReadRecord extends Line {
  readonly secret: string | null;
}

export interface ReadVault {
  readonly version: number;
  readonly generation: number;
  readonly records: readonly ReadRecord[];
}

class Cursor {
  offset = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  take(size: number): Buffer {
    if (this.offset + size > this.bytes.length) throw new Error('a length points past the end');
    this.offset += size;
    return this.bytes.subarray(this.offset - size, this.offset);
  }
  u16 = (): number => this.take(2).readUInt16BE();
  u32 = (): number => this.take(4).readUInt32BE();
  u64 = (): number => Number(this.take(8).readBigUInt64BE());
  text16 = (): string => this.take(this.u16()).toString('utf8');
  bytes32 = (): Buffer => this.take(this.u32());
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
const text16 = (text: string): Buffer => Buffer.concat([u16(Buffer.byteLength(text)), Buffer.from(text)]);

const openBox = (key: Buffer, box: Buffer, aad: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(aad).setAuthTag(box.subarray(-16));
  return Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]);
};

const dataKeyOf = (slotsJson: string, passphrase: string): Buffer => {
  const slot = JSON.parse(slotsJson).find(({ kind }: { kind: string }) => kind === 'passphrase');
  const { n, r, p, salt, box } = slot;
  const key = scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, {
    N: n,
    r,
    p,
    maxmem: 2 ** 31 - 1,
  });
  const aad = `nfyio-vault/1/passphrase n=${n} r=${r} p=${p} salt=${salt}`;
  return openBox(key, Buffer.from(box, 'base64'), Buffer.from(aad));
};

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const dataKeyByRecovery = (slotsJson: string, recoveryKey: string): Buffer => {
  const { salt, box } = JSON.parse(slotsJson).find(({ kind }: { kind: string }) => kind === 'recovery-key');
  const letters = [...recoveryKey.replaceAll(/[ -]/g, '')];
  const bits = letters.map((letter) => crockford.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  if (createHash('sha256').update(bytes.subarray(0, 24)).digest()[0] !== bytes[24]) throw new Error('a slip');
  const info = 'nfyio-vault/1/recovery-key';
  const key = Buffer.from(hkdfSync('sha256', bytes.subarray(0, 24), Buffer.from(salt, 'base64'), info, 32));
  return openBox(key, Buffer.from(box, 'base64'), Buffer.from(`${info} salt=${salt}`));
};

/** What opens the whole file: its data key, and the key that all others are derived from. */
export const readKeys = (file: Buffer, passphrase: string): Readonly<Record<string, Buffer>> => {
  const cursor = new Cursor(file);
  cursor.take(12);
  const vaultId = cursor.take(16);
  cursor.u64();
  const dataKey = dataKeyOf(cursor.bytes32().toString('utf8'), passphrase);
  return { 'data key': dataKey, 'extracted key': createHmac('sha256', vaultId).update(dataKey).digest() };
};

export const readVault = (file: Buffer, passphrase: string): ReadVault =>
  readVaultUnder(file, (slotsJson) => dataKeyOf(slotsJson, passphrase));

export const readVaultByRecoveryKey = (file: Buffer, recoveryKey: string): ReadVault =>
  readVaultUnder(file, (slotsJson) => dataKeyByRecovery(slotsJson, recoveryKey));

const readVaultUnder = (file: Buffer, openSlot: (slotsJson: string) => Buffer): ReadVault => {
  const checksumAt = file.length - 32;
  const macAt = file.length - 64;
  if (file.subarray(0, 8).toString('latin1') !== 'NFYVAULT') throw new Error('another magic');
  if (!createHash('sha256').update(file.subarray(0, checksumAt)).digest().equals(file.subarray(checksumAt))) {
    throw new Error('another checksum');
  }
  const cursor = new Cursor(file.subarray(0, macAt));
  cursor.take(8);
  const version = cursor.u16();
  if (cursor.u16() !== version || (version !== 1 && version !== 2)) throw new Error('another version');
  const vaultId = cursor.take(16);
  const generation = cursor.u64();
  const dataKey = openSlot(cursor.bytes32().toString('utf8'));
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', dataKey, vaultId, info, 32));
  const mac = createHmac('sha256', derive('nfyio-vault/1/file')).update(file.subarray(0, macAt)).digest();
  if (!mac.equals(file.subarray(macAt, checksumAt))) throw new Error('another MAC');

  const recordCount = cursor.u32();
  const openRecordBox = ({ id, kind, revision }: Line, field: string, box: Buffer): string => {
    const place = [vaultId, text16(id), text16(kind), text16(field), u64(revision)];
    const aad = Buffer.concat([Buffer.from('NFYVAULT'), u16(1), ...place]);
    return openBox(derive(`nfyio-vault/1/record/${id}`), box, aad).toString('utf8');
  };
  const secretOf = (line: Line, box: Buffer): string | null =>
    box.length === 0 ? null : openRecordBox(line, 'secret', box);

  const directoryOf = (box: Buffer): readonly Line[] => {
    const place = [vaultId, text16('directory'), u64(generation), u32(recordCount)];
    const aad = Buffer.concat([Buffer.from('NFYVAULT'), u16(2), ...place]);
    const lines = openBox(derive('nfyio-vault/2/directory'), box, aad).toString('utf8').split('\n');
    if (lines.pop() !== '' || lines.length !== recordCount) throw new Error('another number of lines');
    return lines.map((line) => JSON.parse(line));
  };
  const readVersion1 = (): ReadRecord => {
    const place = { id: cursor.text16(), kind: cursor.text16(), revision: cursor.u64() };
    const meta = JSON.parse(openRecordBox({ ...place, meta: null }, 'meta', cursor.bytes32()));
    const hasSecret = cursor.take(1)[0] === 1;
    const line = { ...place, meta };
    return { ...line, secret: hasSecret ? secretOf(line, cursor.bytes32()) : null };
  };

  const records =
    version === 1
      ? Array.from({ length: recordCount }, readVersion1)
      : directoryOf(cursor.bytes32()).map((line) => ({ ...line, secret: secretOf(line, cursor.bytes32()) }));
  if (cursor.offset !== macAt) throw new Error('something lies between the last secret and the MAC');
  return { version, generation, records };
};
