import type { CommandApdu } from '../apdu/command-apdu.ts';

/** The three answers of a card to a transaction: declined, approved offline, to be asked online. EMV 4.4 Book 3 §6.5.5.2, table 12. */
export type CryptogramType = 'aac' | 'tc' | 'arqc';

/** Bits 8 and 7 of P1 of GENERATE AC and of the cryptogram information data. EMV 4.4 Book 3 tables 12 and 15. */
export const cryptogramCodes = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const satisfies Record<CryptogramType, number>;

/** INTERNAL AUTHENTICATE with the filled DDOL. No lasting effect on the card. EMV 4.4 Book 3 §6.5.9. */
export function internalAuthenticate(data: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x88, p1: 0x00, p2: 0x00, data, le: 256 };
}

/** EXTERNAL AUTHENTICATE with the issuer's answer: ARPC and card status update. Once a transaction. EMV 4.4 Book 3 §6.5.4. */
export function externalAuthenticate(issuerAnswer: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x82, p1: 0x00, p2: 0x00, data: issuerAnswer };
}

/** GENERATE AC with the filled CDOL; bit 5 of P1 asks for a combined signature. Ends the card's decision. EMV 4.4 Book 3 §6.5.5. */
export function generateAc(type: CryptogramType, signature: 'asked' | 'none', data: Uint8Array): CommandApdu {
  return {
    cla: 0x80,
    ins: 0xae,
    p1: cryptogramCodes[type] | (signature === 'asked' ? 0x10 : 0x00),
    p2: 0x00,
    data,
    le: 256,
  };
}
