/**
 * The RSA and hash acts that payment certificates need, given by the caller: pure codecs hold no cipher of their own.
 * EMV 4.4 Book 2 Annex B2.1 (RSA) and B3.1 (SHA-1).
 */
export interface RsaCiphers {
  /** The public operation on one block below the modulus: block and answer are as long as the modulus. No padding. */
  rsaRaw(publicModulus: Uint8Array, exponent: Uint8Array, block: Uint8Array): Uint8Array;
  /** SHA-1 over data of any length, 20 bytes out. */
  sha1(data: Uint8Array): Uint8Array;
}

/** A public key as certificates carry it: both numbers big-endian, the modulus without zero bytes in front. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * A key pair whose private half stays where it lives (an HSM, mechanism CKM_RSA_X_509): `signRaw` is the private operation
 * on one block as long as the modulus, without padding.
 */
export interface RsaSigner extends RsaPublicKey {
  signRaw(block: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
