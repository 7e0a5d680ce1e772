import { demandLength } from './value-form.ts';

/** What each bit of a value says, byte by byte from bit 8 down to bit 1; null is reserved. */
export type BitMeanings = readonly (readonly (string | null)[])[];

const reserved = (count: number): null[] => Array.from({ length: count }, () => null);

/** EMV 4.3 Book 3 Annex C1. Byte 2 bit 8 belongs to contactless kernels (EMV Contactless Book C-2 v2.10 Annex A, 82: EMV mode). */
export const interchangeProfileBits: BitMeanings = [
  [
    null,
    'SDA supported',
    'DDA supported',
    'cardholder verification is supported',
    'terminal risk management is to be performed',
    'issuer authentication is supported',
    null,
    'CDA supported',
  ],
  ['EMV mode is supported by the contactless side', ...reserved(7)],
];

/** EMV 4.3 Book 3 Annex C2. */
export const usageControlBits: BitMeanings = [
  [
    'valid for domestic cash transactions',
    'valid for international cash transactions',
    'valid for domestic goods',
    'valid for international goods',
    'valid for domestic services',
    'valid for international services',
    'valid at ATMs',
    'valid at terminals other than ATMs',
  ],
  ['domestic cashback allowed', 'international cashback allowed', ...reserved(6)],
];

/** EMV 4.3 Book 3 Annex C5; the action codes of issuer and terminal have the same bits (§10.7). */
export const terminalVerificationBits: BitMeanings = [
  [
    'offline data authentication was not performed',
    'SDA failed',
    'ICC data missing',
    'card appears on terminal exception file',
    'DDA failed',
    'CDA failed',
    'SDA selected',
    null,
  ],
  [
    'ICC and terminal have different application versions',
    'expired application',
    'application not yet effective',
    'requested service not allowed for card product',
    'new card',
    ...reserved(3),
  ],
  [
    'cardholder verification was not successful',
    'unrecognised CVM',
    'PIN Try Limit exceeded',
    'PIN entry required and PIN pad not present or not working',
    'PIN entry required, PIN pad present, but PIN was not entered',
    'online PIN entered',
    ...reserved(2),
  ],
  [
    'transaction exceeds floor limit',
    'lower consecutive offline limit exceeded',
    'upper consecutive offline limit exceeded',
    'transaction selected randomly for online processing',
    'merchant forced transaction online',
    ...reserved(3),
  ],
  [
    'default TDOL used',
    'issuer authentication failed',
    'script processing failed before final GENERATE AC',
    'script processing failed after final GENERATE AC',
    ...reserved(4),
  ],
];

/** EMV 4.3 Book 3 Annex C6. */
export const transactionStatusBits: BitMeanings = [
  [
    'offline data authentication was performed',
    'cardholder verification was performed',
    'card risk management was performed',
    'issuer authentication was performed',
    'terminal risk management was performed',
    'script processing was performed',
    ...reserved(2),
  ],
  reserved(8),
];

/** Says which bits are set, in words and in order; a reserved one is named by its place. EMV-VALUE-FORM when the length is another. */
export function describeBits(what: string, bytes: Uint8Array, meanings: BitMeanings): string[] {
  demandLength(what, bytes, meanings.length);
  return meanings.flatMap((byte, at) =>
    byte.flatMap((text, bit) => {
      const set = ((bytes[at] ?? 0) & (0x80 >> bit)) !== 0;
      return set ? [text ?? `reserved bit ${8 - bit} of byte ${at + 1}`] : [];
    }),
  );
}

/** Whether a value sets a bit that the standard keeps for itself. */
export function setsReservedBit(bytes: Uint8Array, meanings: BitMeanings): 'yes' | 'no' {
  const found = meanings.some((byte, at) =>
    byte.some((text, bit) => text === null && ((bytes[at] ?? 0) & (0x80 >> bit)) !== 0),
  );
  return found ? 'yes' : 'no';
}
