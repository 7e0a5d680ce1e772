/**
 * The block cipher acts that secure channels need, given by the caller: pure codecs hold no cipher of their own.
 * Keys are 16, 24 or 32 bytes, initial values and blocks 16; CBC works on whole blocks and adds no padding.
 */
export interface Ciphers {
  /** CMAC over data of any length, 16 bytes out. NIST SP 800-38B. */
  aesCmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  aesCbcEncrypt(key: Uint8Array, initialValue: Uint8Array, data: Uint8Array): Uint8Array;
  aesCbcDecrypt(key: Uint8Array, initialValue: Uint8Array, data: Uint8Array): Uint8Array;
  /** One block of 16 bytes in, one out. */
  aesEcbEncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
}
