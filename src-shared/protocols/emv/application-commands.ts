import { ascii } from '../../bytes/bytes.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import { encodeTlv, primitive } from '../tlv/ber-tlv.ts';
import type { RecordAddress } from './file-locator.ts';

/** Names of the two directories. EMV 4.3 Book 1 §12.2.2; EMV Contactless Book B v2.6 §3.3. */
export const paymentSystemEnvironment = {
  contact: ascii('1PAY.SYS.DDF01'),
  contactless: ascii('2PAY.SYS.DDF01'),
} as const;

/** SELECT by name. EMV 4.3 Book 1 §11.3. No lasting effect on the card. */
export function selectPaymentApplication(name: Uint8Array, occurrence: 'first' | 'next' = 'first'): CommandApdu {
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2: occurrence === 'first' ? 0x00 : 0x02, data: name, le: 256 };
}

/** GET PROCESSING OPTIONS with the filled PDOL in template 83. Raises the card's transaction counter. EMV 4.3 Book 3 §6.5.8. */
export function getProcessingOptions(pdolData: Uint8Array): CommandApdu {
  return { cla: 0x80, ins: 0xa8, p1: 0x00, p2: 0x00, data: encodeTlv(primitive(0x83, pdolData)), le: 256 };
}

/** READ RECORD of one record. No effect on the card. EMV 4.3 Book 3 §6.5.11. */
export function readRecord(address: Pick<RecordAddress, 'shortFileIdentifier' | 'record'>): CommandApdu {
  return { cla: 0x00, ins: 0xb2, p1: address.record, p2: (address.shortFileIdentifier << 3) | 0x04, le: 256 };
}

/** GET DATA of one object (9F13, 9F17, 9F36, 9F4F). No effect on the card. EMV 4.3 Book 3 §6.5.7. */
export function getApplicationData(tag: number): CommandApdu {
  return { cla: 0x80, ins: 0xca, p1: tag >> 8, p2: tag & 255, le: 256 };
}
