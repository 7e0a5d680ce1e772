import type { KeyIdentity, RsaPublicKey } from '../port.ts';
import type { PinAct } from '../port/value-requests.ts';

/** What a key to be made or brought in is; its check value comes from the key itself. */
export type NewKey = Omit<KeyIdentity, 'kcv' | 'kcvMethod'>;

/** Where a key lives: in the token until it is destroyed, or only in this process (known-answer tests). */
export type KeyLife = 'token' | 'session';

/**
 * The primitive operations that a key store offers to the acts, each with one named key and never its material.
 *
 * All operations are synchronous (PKCS#11 is) and whole: nothing else runs between their parts. Every operation checks that
 * the key's usage allows it (KEYS-REFUSED) and that the key exists (KEYS-NOT-FOUND); KEYS-HSM-LOST, KEYS-HSM-FAULT from a module.
 * Names are unique in the store. Fixed lengths are in bytes.
 */
export interface KeyProvider {
  readonly kind: 'pkcs11' | 'node-crypto';
  readonly module: string;
  readonly token: string;
  /** Acts on PINs that this store does not do: with a plain PKCS#11 module a live PIN would be in clear on this machine. */
  readonly notOffered: readonly PinAct[];

  /** KEYS-HSM-LOST where the store no longer holds what it held. */
  requirePresent(): void;

  /** Every key that lives in the token. */
  list(): readonly KeyIdentity[];
  find(name: string): KeyIdentity | null;
  /** Makes a key inside the store; KEYS-REFUSED when the name is taken. */
  generate(key: NewKey, life: KeyLife): KeyIdentity;
  /** Brings in a symmetric key; the caller wipes `value`. */
  importSecret(key: NewKey, life: KeyLife, value: Uint8Array): KeyIdentity;
  /** Ends a key for good; KEYS-NOT-FOUND when there is none. */
  destroy(name: string): void;

  /** Uncompressed point (04 | x | y, 65) of an EC key. */
  publicPoint(name: string): Uint8Array;
  /** ECDSA over the SHA-256 of the data: r | s, 64. FIPS 186-5 §6.4. */
  sign(name: string, data: Uint8Array): Uint8Array;
  /** ECDH with the other side's uncompressed point: the x coordinate, 32, in clear; the caller wipes it. */
  agree(name: string, point: Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32. */
  hmac(name: string, data: Uint8Array): Uint8Array;
  /** CMAC by the key's cipher: 16 (AES) or 8 (TDES). */
  cmac(name: string, data: Uint8Array): Uint8Array;
  /** CBC by the key's cipher over whole blocks, initial value zero, no padding. */
  encryptBlocks(name: string, blocks: Uint8Array): Uint8Array;
  decryptBlocks(name: string, blocks: Uint8Array): Uint8Array;
  /** MACs of messages of whole 8-byte blocks and one length: DES-CBC under the left half, the last block by TDES. ISO/IEC 9797-1:2011 algorithm 3 without padding. */
  retailMacs(name: string, messages: readonly Uint8Array[]): readonly Uint8Array[];
  /** Block to the power of the private exponent, as long as the modulus; the block must be below it. */
  rawSign(name: string, block: Uint8Array): Uint8Array;
  publicRsa(name: string): RsaPublicKey;
  /** AES key wrap (RFC 3394) of whole 8-byte parts, 16 bytes at least: 8 longer. */
  wrap(name: string, value: Uint8Array): Uint8Array;
  /** The bytes in clear, the caller wipes them; KEYS-UNWRAP when `wrapped` was not made by this key. */
  unwrap(name: string, wrapped: Uint8Array): Uint8Array;

  readRegister(name: string): Uint8Array | null;
  writeRegister(name: string, value: Uint8Array): void;

  /** Logs out and forgets everything. */
  close(): void;
}
