import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { DataGrouping } from '#shared/domain/order-record.ts';
import { encodeTlv, encodeTlvs, type Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import type { SeededRandom } from './seeded-random.ts';
import { encipherForTransport } from './transport-cipher.ts';

/** What the chip's application is made of; all texts as in the order. */
export interface EmvCardData {
  readonly pan: string;
  readonly panSequence: string;
  readonly expiry: string;
  readonly effective: string;
  readonly serviceCode: string;
  readonly encodedName: string;
  readonly track2: string;
}

const hex = (tag: number, digits: string): Tlv => ({ tag, value: fromHex(digits) });
const text = (tag: number, characters: string): Tlv => ({ tag, value: Buffer.from(characters, 'latin1') });
const template = (tag: number, parts: readonly Tlv[]): Tlv => ({ tag, value: encodeTlvs(parts) });

const evenWithF = (digits: string) => (digits.length % 2 === 0 ? digits : `${digits}F`);

/** YYMM as YYMMDD with the month's last day. EMV Book 3 v4.4 annex A, 5F24. */
function lastDay(yearMonth: string): string {
  const last = new Date(Date.UTC(2000 + Number(yearMonth.slice(0, 2)), Number(yearMonth.slice(2)), 0)).getUTCDate();
  return `${yearMonth}${String(last).padStart(2, '0')}`;
}

/** Amount, other amount, terminal country, TVR, currency, date, type, unpredictable number: what the first cryptogram is made over. */
const cdol1 = '9F02069F03069F1A0295055F2A029A039C019F3704';

/** Reference PIN block, ISO 9564-1 format 2: control 2, length 4, digits, filled with F. */
function pinBlock(pin: string): Buffer {
  return Buffer.from(`2${pin.length.toString(16)}${pin}`.padEnd(16, 'F'), 'hex');
}

/** The reference PIN alone, DGI 8010, enciphered under the transport key: what the issuer's HSM gives for a card that a bureau prepares. */
export function prepareReferencePin(pin: string, transportKey: Buffer): DataGrouping {
  return { dgi: '8010', value: toHex(encipherForTransport(transportKey, pinBlock(pin))), protection: 'transport' };
}

/**
 * Prepares the data groupings of one payment card as an issuer's system would: records, FCI, processing options, keys and PIN.
 *
 * Secret groupings (8000: three 16-byte application keys; 8010: PIN block) are enciphered under the transport key. EMV CPS v1.1 §2.4 and
 * annex A for the identifiers, EMV Book 3 v4.4 annex A for the tags.
 */
export function prepareContainer(card: EmvCardData, transportKey: Buffer, random: SeededRandom): DataGrouping[] {
  const open = (dgi: string, value: Uint8Array): DataGrouping => ({ dgi, value: toHex(value), protection: 'none' });
  const secret = (dgi: string, value: Uint8Array): DataGrouping => ({
    dgi,
    value: toHex(encipherForTransport(transportKey, value)),
    protection: 'transport',
  });
  const record = (parts: readonly Tlv[]) => encodeTlv(template(0x70, parts));
  return [
    open('0101', record([hex(0x57, evenWithF(card.track2.replace('=', 'D'))), text(0x5f20, card.encodedName)])),
    open(
      '0102',
      record([
        hex(0x5a, evenWithF(card.pan)),
        hex(0x5f24, lastDay(card.expiry)),
        hex(0x5f25, `${card.effective}01`),
        hex(0x5f28, '0276'),
        hex(0x5f34, card.panSequence),
        // Offline PIN, else online PIN, else signature, else none; amounts X and Y are zero.
        hex(0x8e, '0000000000000000410342035E031F03'),
        hex(0x9f07, 'FF80'),
        hex(0x9f0d, 'B0609C8800'),
        hex(0x9f0e, '0010000000'),
        hex(0x9f0f, 'B0689C9800'),
      ]),
    ),
    open(
      '0201',
      record([
        hex(0x5f30, card.serviceCode.padStart(4, '0')),
        hex(0x8c, cdol1),
        hex(0x8d, `8A02${cdol1}`),
        hex(0x9f08, '0002'),
        hex(0x9f42, '0978'),
      ]),
    ),
    open(
      '9102',
      encodeTlv(
        template(0xa5, [
          text(0x50, 'NORTHBANK DEBIT'),
          hex(0x87, '01'),
          hex(0x9f38, '9F1A025F2A02'),
          text(0x5f2d, 'en'),
        ]),
      ),
    ),
    // Cardholder verification, terminal risk management and issuer authentication; records 1 and 2 of file 1, record 1 of file 2.
    open('9104', concatBytes(encodeTlv(hex(0x82, '1C00')), encodeTlv(hex(0x94, '0801020010010100')))),
    secret('8000', random.bytes(48)),
    prepareReferencePin(random.digits(4), transportKey),
  ];
}
