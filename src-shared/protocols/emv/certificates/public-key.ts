import { equalBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaPublicKey } from '../../rsa-ciphers.ts';

/** Whose key it is, for the faults. */
export type KeyName = 'certification authority' | 'issuer' | 'card' | 'PIN encipherment';

/** Shortest and longest modulus in bytes: 512 bits up to the 248 bytes that a data object carries. EMV 4.4 Book 2 Annex D1. */
const modulusBytes = { least: 64, most: 248 } as const;

const exponents = [Uint8Array.of(3), Uint8Array.of(1, 0, 1)] as const;

/** Takes exponents 3 and 65537 in their shortest form only, CERT-EXPONENT on others. EMV 4.4 Book 2 Annex B2.1, table for the exponents. */
export function checkExponent(key: KeyName, exponent: Uint8Array): void {
  if (!exponents.some((allowed) => equalBytes(allowed, exponent))) throw new StationFault('CERT-EXPONENT', { key });
}

/**
 * Checks a public key: the exponent (CERT-EXPONENT), 64 to 248 bytes of modulus (CERT-LENGTH), and a modulus that is odd and
 * fills its bytes (CERT-FORM), without which the header 6A of a block may not lie below it. EMV 4.4 Book 2 §5.1, Annex B2.1.
 */
export function checkPublicKey(key: KeyName, { modulus, exponent }: RsaPublicKey): void {
  checkExponent(key, exponent);
  const { least, most } = modulusBytes;
  if (modulus.length < least || modulus.length > most) {
    throw new StationFault('CERT-LENGTH', {
      what: `${key} public key`,
      field: 'modulus',
      found: modulus.length,
      allowed: `${least} to ${most}`,
    });
  }
  if (((modulus[0] ?? 0) & 0x80) === 0 || ((modulus.at(-1) ?? 0) & 1) === 0) {
    throw new StationFault('CERT-FORM', { what: `${key} public key`, field: 'modulus' });
  }
}
