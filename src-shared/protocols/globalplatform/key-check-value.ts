import type { Ciphers } from './ciphers.ts';

/** The check value of an AES key as PUT KEY carries it, 3 bytes: the left ones of 16 bytes 01 enciphered. GPC_SPE_034 v2.3.1 §B.6. */
export function aesKeyCheckValue(ciphers: Pick<Ciphers, 'aesEcbEncryptBlock'>, key: Uint8Array): Uint8Array {
  return ciphers.aesEcbEncryptBlock(key, new Uint8Array(16).fill(1)).slice(0, 3);
}
