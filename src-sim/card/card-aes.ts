import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '#shared/bytes/bytes.ts';

const blockLength = 16;

function cipherName(key: Uint8Array, mode: 'ecb' | 'cbc'): string {
  return `aes-${String(key.length * 8)}-${mode}`;
}

/** Enciphers one 16-byte block with AES (key 16, 24 or 32 bytes). */
export function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(key, 'ecb'), key, null).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(block), cipher.final()]));
}

/** Enciphers whole blocks with AES in CBC mode, no padding added. */
export function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Deciphers whole blocks with AES in CBC mode, no padding removed. */
export function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(cipherName(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Computes the 16-byte CMAC of a message with AES. NIST SP 800-38B §6.1 (subkeys) and §6.2. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const first = doubled(aesBlock(key, new Uint8Array(blockLength)));
  const second = doubled(first);
  const blocks = Math.max(1, Math.ceil(message.length / blockLength));
  const lastStart = (blocks - 1) * blockLength;
  const complete = message.length === blocks * blockLength;
  const last = complete ? message.slice(lastStart) : padded80(message.slice(lastStart), blockLength);
  const subkey = complete ? first : second;
  for (let at = 0; at < blockLength; at++) last[at] = (last[at] ?? 0) ^ (subkey[at] ?? 0);
  const chained = aesCbcEncrypt(key, new Uint8Array(blockLength), concatBytes(message.slice(0, lastStart), last));
  return chained.slice(-blockLength);
}

function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(blockLength);
  for (let at = 0; at < blockLength; at++) {
    result[at] = ((block[at] ?? 0) << 1) | ((block[at + 1] ?? 0) >> 7);
  }
  if ((block[0] ?? 0) & 0x80) result[blockLength - 1] = (result[blockLength - 1] ?? 0) ^ 0x87;
  return result;
}

/** Appends 80 and as many 00 as fill the last block (at least one byte is added). ISO/IEC 9797-1 §6.3.3, method 2. */
export function padded80(data: Uint8Array, multiple: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array((Math.floor(data.length / multiple) + 1) * multiple);
  result.set(data);
  result[data.length] = 0x80;
  return result;
}

/** Removes padding of `padded80`; undefined where the data ends in none. */
export function withoutPadding80(data: Uint8Array): Uint8Array | undefined {
  let at = data.length - 1;
  while (at >= 0 && data[at] === 0) at--;
  return at >= 0 && data[at] === 0x80 ? data.slice(0, at) : undefined;
}
