import { concatBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import { packCompressed, unpackCompressed } from '../decimal-digits.ts';

/** Digits on the left, filled up with F to the length. The digits must fit. */
function packFilled(digits: string, length: number): Uint8Array<ArrayBuffer> {
  const packed = packCompressed(digits);
  return concatBytes(packed, new Uint8Array(length - packed.length).fill(0xff));
}

/** Writes 3 to 8 leading digits of the PAN in 4 bytes. CERT-FORM on others. EMV 4.4 Book 2 §5.1, table 2. */
export function encodeIssuerIdentifier(what: string, digits: string): Uint8Array<ArrayBuffer> {
  if (!/^\d{3,8}$/.test(digits)) throw new StationFault('CERT-FORM', { what, field: 'issuer identifier' });
  return packFilled(digits, 4);
}

/** Reads an issuer identifier of 3 to 8 digits. CERT-FORM on others. */
export function decodeIssuerIdentifier(what: string, bytes: Uint8Array): string {
  const digits = unpackCompressed(bytes);
  if (digits === undefined || digits.length < 3)
    throw new StationFault('CERT-FORM', { what, field: 'issuer identifier' });
  return digits;
}

/** CERT-ISSUER when the PAN does not begin with the issuer identifier. EMV 4.4 Book 2 §5.3 step 8. */
export function checkIssuerOfPan(what: string, identifier: string, pan: string): void {
  if (!pan.startsWith(identifier)) throw new StationFault('CERT-ISSUER', { what, identifier });
}

/** A PAN has at most 19 digits, and the field of a certificate 10 bytes. ISO/IEC 7812-1:2017; EMV 4.4 Book 2 §6.1, table 11. */
const panDigits = 19;

/**
 * Writes the application PAN in the 10 bytes of a card certificate. CERT-PAN-LENGTH when it is longer than the certificate
 * allows, CERT-FORM when it is not 8 digits at least. EMV 4.4 Book 2 §6.1, table 11.
 */
export function encodeApplicationPan(what: string, pan: string): Uint8Array<ArrayBuffer> {
  if (!/^\d{8,}$/.test(pan)) throw new StationFault('CERT-FORM', { what, field: 'application PAN' });
  if (pan.length > panDigits) throw new StationFault('CERT-PAN-LENGTH', { what, digits: pan.length, most: panDigits });
  return packFilled(pan, 10);
}

/** CERT-PAN when the PAN in a certificate is not that of the card. EMV 4.4 Book 2 §6.4 step 8. */
export function checkPanOfCertificate(what: string, subject: Uint8Array, pan: string): void {
  if (unpackCompressed(subject) !== pan) throw new StationFault('CERT-PAN', { what });
}
