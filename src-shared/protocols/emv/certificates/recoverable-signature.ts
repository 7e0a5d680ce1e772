import { concatBytes, equalBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey, RsaSigner } from '../../rsa-ciphers.ts';

const header = 0x6a;
const trailer = 0xbc;
const hashLength = 20;

/** Bytes of a block that are not message: header, hash, trailer. EMV 4.4 Book 2 Annex A2.1. */
export const signatureOverhead = hashLength + 2;

/** What a signature covers: the part inside the block, which fills it, and the part that is only hashed. */
export interface SignedMessage {
  readonly inside: Uint8Array;
  readonly outside: Uint8Array;
}

function isBelow(block: Uint8Array, modulus: Uint8Array): boolean {
  for (const [at, byte] of block.entries()) {
    const limit = modulus[at] ?? 0;
    if (byte !== limit) return byte < limit;
  }
  return false;
}

/**
 * Signs with message recovery: 6A, the inside part, SHA-1 over both parts, BC, then the private operation; the answer is as
 * long as the modulus. CERT-LENGTH when the inside part does not fill the block. CERT-SIGNER when the signature does not open
 * under the signer's own public key: the wrong key was named, or a faulty signature would give the key away.
 * EMV 4.4 Book 2 Annex A2.1.2.
 */
export async function signRecoverable(
  what: string,
  { inside, outside }: SignedMessage,
  signer: RsaSigner,
  ciphers: RsaCiphers,
): Promise<Uint8Array> {
  const { modulus, exponent } = signer;
  const room = modulus.length - signatureOverhead;
  if (inside.length !== room) {
    throw new StationFault('CERT-LENGTH', { what, field: 'signed data', found: inside.length, allowed: room });
  }
  const hash = ciphers.sha1(concatBytes(inside, outside));
  const block = concatBytes(Uint8Array.of(header), inside, hash, Uint8Array.of(trailer));
  const signature = await signer.signRaw(block);
  const usable = signature.length === modulus.length && isBelow(signature, modulus);
  if (!usable || !equalBytes(ciphers.rsaRaw(modulus, exponent, signature), block)) {
    throw new StationFault('CERT-SIGNER', { what });
  }
  return signature;
}

/** A block that a signature held: the part inside it, and the hash that stood there. */
export interface RecoveredMessage {
  readonly inside: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Opens a signature: CERT-LENGTH when it is not as long as the modulus, CERT-FORM (field `value`, `trailer` or `header`) when it
 * was not made with this key. The hash is checked by `checkRecoveredHash`. EMV 4.4 Book 2 Annex A2.1.3 steps 1 to 4.
 */
export function recoverMessage(
  what: string,
  signature: Uint8Array,
  { modulus, exponent }: RsaPublicKey,
  ciphers: RsaCiphers,
): RecoveredMessage {
  if (signature.length !== modulus.length) {
    const allowed = modulus.length;
    throw new StationFault('CERT-LENGTH', { what, field: 'signature', found: signature.length, allowed });
  }
  if (!isBelow(signature, modulus)) throw new StationFault('CERT-FORM', { what, field: 'value' });
  const block = ciphers.rsaRaw(modulus, exponent, signature);
  if (block.at(-1) !== trailer) throw new StationFault('CERT-FORM', { what, field: 'trailer' });
  if (block[0] !== header) throw new StationFault('CERT-FORM', { what, field: 'header' });
  return { inside: block.slice(1, -hashLength - 1), hash: block.slice(-hashLength - 1, -1) };
}

/** CERT-HASH when the hash in the block is not that of the two parts. EMV 4.4 Book 2 Annex A2.1.3 step 5. */
export function checkRecoveredHash(
  what: string,
  { inside, hash }: RecoveredMessage,
  outside: Uint8Array,
  ciphers: RsaCiphers,
): void {
  if (!equalBytes(ciphers.sha1(concatBytes(inside, outside)), hash)) throw new StationFault('CERT-HASH', { what });
}
