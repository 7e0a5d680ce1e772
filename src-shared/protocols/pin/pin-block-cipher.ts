/**
 * One block by one PIN encryption key, given by the caller: the key may stay where it is kept. TDES has blocks of 8 bytes, AES of 16.
 */
export interface PinBlockCipher {
  readonly blockLength: 8 | 16;
  encrypt(block: Uint8Array): Uint8Array;
  decrypt(block: Uint8Array): Uint8Array;
}
