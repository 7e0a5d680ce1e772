import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { isOddParity } from './tdes-parity.ts';

/** Weak and semi-weak keys of DES. NIST SP 800-67 rev. 2 §3.3.2. */
const weakHalves = [
  '0101010101010101',
  'fefefefefefefefe',
  'e0e0e0e0f1f1f1f1',
  '1f1f1f1f0e0e0e0e',
  '011f011f010e010e',
  '1f011f010e010e01',
  '01e001e001f101f1',
  'e001e001f101f101',
  '01fe01fe01fe01fe',
  'fe01fe01fe01fe01',
  '1fe01fe00ef10ef1',
  'e01fe01ff10ef10e',
  '1ffe1ffe0efe0efe',
  'fe1ffe1ffe0efe0e',
  'e0fee0fef1fef1fe',
  'fee0fee0fef1fef1',
].map(fromHex);

/** The 56 bits that count: parity cleared. The caller wipes what it gets. */
function withoutParity(part: Uint8Array): Uint8Array {
  return part.map((byte) => byte & 0xfe);
}

function isWeakTdes(key: Uint8Array): boolean {
  const parts = Array.from({ length: key.length / 8 }, (_, at) => withoutParity(key.subarray(at * 8, at * 8 + 8)));
  const weak = parts.some(
    (part, at) =>
      weakHalves.some((half) => equalBytes(withoutParity(half), part)) ||
      parts.slice(at + 1).some((other) => equalBytes(part, other)),
  );
  for (const part of parts) part.fill(0);
  return weak;
}

/**
 * Refuses material that protects nothing: KEYS-WEAK. TDES: a weak or semi-weak part, or two equal parts (then it is single or two-key
 * DES; NIST SP 800-67 rev. 2 §3.2, §3.3.2). AES and HMAC: all bytes equal. `what` names the key or component in the fault.
 */
export function requireStrength(algorithm: KeyAlgorithm, value: Uint8Array, what: string): void {
  const weak = algorithm.startsWith('TDES') ? isWeakTdes(value) : value.every((byte) => byte === value[0]);
  if (weak) throw new StationFault('KEYS-WEAK', { what });
}

/** Refuses TDES material with a byte of even parity, which is what a slip of the keyboard leaves: KEYS-PARITY. Others have no parity. */
export function requireParity(algorithm: KeyAlgorithm, value: Uint8Array, what: string): void {
  if (algorithm.startsWith('TDES') && !isOddParity(value)) throw new StationFault('KEYS-PARITY', { what });
}
