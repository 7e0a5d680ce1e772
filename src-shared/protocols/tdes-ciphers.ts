/**
 * The triple DES acts that payment codecs need, given by the caller: pure codecs hold no cipher of their own.
 * Keys are 16 bytes (two-key, K1 | K2 | K1) or 24 (three-key); single DES is a 16-byte key of equal halves. Initial values and blocks are
 * 8 bytes; CBC works on whole blocks and adds no padding; ECB is CBC block by block. NIST SP 800-67 rev. 2 §3.
 */
export interface TdesCiphers {
  tdesCbcEncrypt(key: Uint8Array, initialValue: Uint8Array, data: Uint8Array): Uint8Array;
  tdesCbcDecrypt(key: Uint8Array, initialValue: Uint8Array, data: Uint8Array): Uint8Array;
  /** Whole blocks of 8 bytes, each by itself. */
  tdesEcbEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  tdesEcbDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
}
